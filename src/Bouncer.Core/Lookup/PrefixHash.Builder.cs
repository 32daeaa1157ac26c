using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

internal sealed partial class PrefixHash<TValue>
{
    private const int MinSlots = 64;

    /// <summary>Collects changes, and writes them slot by slot: written as they come, a million of them would have every
    /// page refer to young objects, and each of many collections would go through all pages.</summary>
    internal sealed class Builder(PrefixHash<TValue> hash)
    {
        private PrefixHash<TValue> _hash = hash;
        private Dictionary<Key, TValue?> _changes = [];
        private int _count = hash.Count;

        internal TValue? Find(ulong high, ulong low, int length) =>
            _changes.TryGetValue(new(high, low, length), out var value) ? value : _hash.Find(high, low, length);

        /// <summary>Puts or, with no value, removes.</summary>
        internal void Set(ulong high, ulong low, int length, TValue? value)
        {
            ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(_changes, new(high, low, length), out var isHeld);
            var former = isHeld ? change : _hash.Find(high, low, length);
            _count += (value is null ? 0 : 1) - (former is null ? 0 : 1);
            change = value;
        }

        internal PrefixHash<TValue> ToHash()
        {
            if (_changes.Count > 0)
            {
                // Grown before and shrunk after, so that no chain is ever long.
                var length = Length();
                var slots = Resize(_hash._slots, Math.Max(length, _hash.Slots)).ToBuilder();
                Write(slots);
                _hash = new PrefixHash<TValue>(Resize(slots.ToArray(), length), _count);
                _changes = [];
            }

            return _hash;
        }

        /// <summary>One to eight slots a network.</summary>
        private int Length()
        {
            var length = _hash.Slots;
            while (_count > length)
            {
                length *= 4;
            }

            while (length > MinSlots && _count * 8L < length)
            {
                length /= 4;
            }

            return length;
        }

        private static PagedArray<Slot> Resize(PagedArray<Slot> former, int length)
        {
            if (length == former.Length)
            {
                return former;
            }

            var slots = PagedArray<Slot>.Create(length).ToBuilder();
            slots.OwnAll();
            foreach (var (_, held) in former.Enumerate())
            {
                for (var node = held.First; node is not null; node = node.Next)
                {
                    var slot = Hash(node.High, node.Low, node.Length) & (uint)(length - 1);
                    slots[slot] = Slot.Of(node.Before(slots[slot].First));
                }
            }

            return slots.ToArray();
        }

        private void Write(PagedArray<Slot>.Builder slots)
        {
            var changes = _changes.ToArray();
            var places = Array.ConvertAll(changes, change => (uint)change.Key.GetHashCode() & (uint)(slots.Length - 1));
            Array.Sort(places, changes);
            for (var i = 0; i < changes.Length; i++)
            {
                var (key, value) = changes[i];
                var rest = Without(slots[places[i]].First, key);
                slots[places[i]] = Slot.Of(value is null ? rest : new Node(key.High, key.Low, key.Length, value, rest));
            }
        }

        private static Node? Without(Node? node, Key key)
        {
            if (node is null || new Key(node.High, node.Low, node.Length) == key)
            {
                return node?.Next;
            }

            var rest = Without(node.Next, key);
            return rest == node.Next ? node : node.Before(rest);
        }

        private readonly record struct Key(ulong High, ulong Low, int Length)
        {
            public override int GetHashCode() => (int)Hash(High, Low, Length);
        }
    }
}
