namespace Bouncer.Lookup;

internal sealed partial class PrefixHash<TValue>
{
    private const int MinSlots = 64;

    internal sealed class Builder(PrefixHash<TValue> hash)
    {
        private PagedArray<Slot>.Builder _slots = hash._slots.ToBuilder();
        private int _count = hash.Count;
        private PrefixHash<TValue>? _hash = hash;

        internal TValue? Find(ulong high, ulong low, int length)
        {
            var hash = Hash(high, low, length);
            return _slots[Index(hash)].Find(hash, high, low, length);
        }

        /// <summary>Puts or, with no value, removes.</summary>
        internal void Set(ulong high, ulong low, int length, TValue? value)
        {
            var slot = Index(Hash(high, low, length));
            var rest = Without(_slots[slot].First, high, low, length, out var found);
            if (!found && value is null)
            {
                return;
            }

            _slots[slot] = Slot.Of(value is null ? rest : new Node(high, low, length, value, rest));
            _count += (value is null ? 0 : 1) - (found ? 1 : 0);
            _hash = null;
            Resize();
        }

        internal PrefixHash<TValue> ToHash() => _hash ??= new PrefixHash<TValue>(_slots.ToArray(), _count);

        private uint Index(uint hash) => hash & (uint)(_slots.Length - 1);

        private static Node? Without(Node? node, ulong high, ulong low, int length, out bool found)
        {
            found = false;
            if (node is null)
            {
                return null;
            }

            if (node.High == high && node.Low == low && node.Length == length)
            {
                found = true;
                return node.Next;
            }

            var rest = Without(node.Next, high, low, length, out found);
            return found ? node.Before(rest) : node;
        }

        /// <summary>Keeps one to eight slots a network.</summary>
        private void Resize()
        {
            var slots = _slots.Length;
            if (_count <= slots && (slots == MinSlots || _count * 8L >= slots))
            {
                return;
            }

            var former = _slots.ToArray();
            _slots = PagedArray<Slot>.Create(Math.Max(MinSlots, _count > slots ? slots * 4 : slots / 4)).ToBuilder();
            _slots.OwnAll();
            foreach (var (_, held) in former.Enumerate())
            {
                for (var node = held.First; node is not null; node = node.Next)
                {
                    var slot = Index(Hash(node.High, node.Low, node.Length));
                    _slots[slot] = Slot.Of(node.Before(_slots[slot].First));
                }
            }
        }
    }
}
