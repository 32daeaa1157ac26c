namespace Bouncer.Lookup;

/// <summary>An immutable map from exactly this IPv6 network to a value: a chained hash table whose versions share what did
/// not change.</summary>
internal sealed partial class PrefixHash<TValue>
    where TValue : class
{
    private readonly PagedArray<Slot> _slots;
    private readonly uint _mask;

    private PrefixHash(PagedArray<Slot> slots, int count)
    {
        _slots = slots;
        _mask = (uint)slots.Length - 1;
        Count = count;
    }

    internal static PrefixHash<TValue> Empty { get; } = new(PagedArray<Slot>.Create(MinSlots), 0);

    internal int Count { get; }

    internal int Slots => _slots.Length;

    /// <param name="high">The first half of the network, host bits cleared.</param>
    /// <param name="low">The second half.</param>
    /// <param name="length">The network's length.</param>
    internal TValue? Find(ulong high, ulong low, int length)
    {
        var hash = Hash(high, low, length);
        return _slots[hash & _mask].Find(hash, high, low, length);
    }

    internal IEnumerable<(ulong High, ulong Low, int Length, TValue Value)> Enumerate()
    {
        foreach (var (_, slot) in _slots.Enumerate())
        {
            for (var node = slot.First; node is not null; node = node.Next)
            {
                yield return (node.High, node.Low, node.Length, node.Value);
            }
        }
    }

    internal Builder ToBuilder() => new(this);

    // The length goes into the hash: nested networks differ in nothing else where their addresses end in zeros.
    private static uint Hash(ulong high, ulong low, int length) =>
        SeededHash.Of(high, low ^ ((ulong)length * 0x9E37_79B9_7F4A_7C15));

    /// <summary>The networks whose hashes end alike and, so that most misses read no more than this, a bit for what each
    /// of the hashes begins with.</summary>
    private readonly record struct Slot(Node? First, ulong Beginnings)
    {
        internal static Slot Of(Node? first)
        {
            var beginnings = 0UL;
            for (var node = first; node is not null; node = node.Next)
            {
                beginnings |= Beginning(Hash(node.High, node.Low, node.Length));
            }

            return new(first, beginnings);
        }

        internal TValue? Find(uint hash, ulong high, ulong low, int length)
        {
            for (var node = (Beginnings & Beginning(hash)) == 0 ? null : First; node is not null; node = node.Next)
            {
                if (node.High == high && node.Low == low && node.Length == length)
                {
                    return node.Value;
                }
            }

            return null;
        }

        private static ulong Beginning(uint hash) => 1UL << (int)(hash >> 26);
    }

    private sealed class Node(ulong high, ulong low, int length, TValue value, Node? next)
    {
        internal ulong High => high;

        internal ulong Low => low;

        internal int Length => length;

        internal TValue Value => value;

        internal Node? Next => next;

        internal Node Before(Node? other) => new(high, low, length, value, other);
    }
}
