using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

internal readonly partial struct NetworkMap<TKey, TValue>
{
    // In hundredths of the length: below the first, probing is short; below the last, memory is wasted.
    private const int Full = 68;
    private const int Fresh = 57;
    private const int Sparse = 15;

    /// <summary>Returns the map with the changes applied.</summary>
    /// <param name="changes">The changes in the order in which they were made.</param>
    /// <param name="merge">Applies each change to the value of its key.</param>
    internal NetworkMap<TKey, TValue> With<TMerge>(List<(TKey Key, int Change)> changes, ref TMerge merge)
        where TMerge : IMergeFunction<TValue>
    {
        if (changes.Count == 0)
        {
            return this;
        }

        var writer = ToWriter(changes.Count);
        writer.Apply(CollectionsMarshal.AsSpan(changes), ref merge);
        return writer.ToMap();
    }

    /// <summary>A writer that starts from this map and leaves it as it is.</summary>
    /// <param name="changes">The most changes that it will be given.</param>
    internal Writer ToWriter(int changes)
    {
        // Grown before and shrunk after, so that there is always room.
        var atMost = (long)Count + changes;
        return IsFitFor(atMost) ? new Writer(_slots, Count) : Resize(atMost);
    }

    private bool IsFitFor(long count) =>
        count * 100 <= _slots.Length * (long)Full
        && (count * 100 >= _slots.Length * (long)Sparse || _slots.Length == PagedArray<Slot>.PageSize);

    private Writer Resize(long count)
    {
        var pages = 1 + (count * 100 / Fresh / PagedArray<Slot>.PageSize);
        var writer = new Writer(PagedArray<Slot>.Create(checked((int)pages * PagedArray<Slot>.PageSize)), Count);
        foreach (var (key, value) in Enumerate())
        {
            writer.Put(new(key, value));
        }

        return writer;
    }

    /// <summary>A map while it is written.</summary>
    /// <remarks>The first list is written by a process that just started: what meets each of a million decisions is compiled
    /// at its best at once, for the slow first version of it would take half a second.</remarks>
    internal sealed class Writer(PagedArray<Slot> former, int count)
    {
        private readonly PagedArray<Slot>.Builder _slots = former.ToBuilder();
        private readonly ulong _length = (ulong)former.Length;
        private int _count = count;
        private bool _isChanged;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Apply<TMerge>(ReadOnlySpan<(TKey Key, int Change)> changes, ref TMerge merge)
            where TMerge : IMergeFunction<TValue>
        {
            // Page by page, for memory is slow; what concerns one key stays in order.
            var numbers = ArrayPool<int>.Shared.Rent(2 * changes.Length);
            var pages = numbers.AsSpan(0, changes.Length);
            for (var i = 0; i < pages.Length; i++)
            {
                pages[i] = (int)Home(changes[i].Key, _length) / PagedArray<Slot>.PageSize;
            }

            var order = numbers.AsSpan(changes.Length, changes.Length);
            StableOrder.Of(pages, _slots.Length / PagedArray<Slot>.PageSize, order);
            foreach (var next in order)
            {
                var (key, change) = changes[next];
                var place = Find(key);
                var held = _slots[place].Value;
                var value = merge.Merge(held, change);
                if (!value.Equals(held))
                {
                    Set(place, new(key, value), held);
                }
            }

            ArrayPool<int>.Shared.Return(numbers);
        }

        internal void Put(in Slot slot)
        {
            _slots[Find(slot.Key)] = slot;
            _isChanged = true;
        }

        /// <summary>The map as it is now; the writer is not used any more.</summary>
        internal NetworkMap<TKey, TValue> ToMap()
        {
            var map = new NetworkMap<TKey, TValue>(_isChanged ? _slots.ToArray() : former, _count);
            return map.IsFitFor(_count) ? map : map.Resize(_count).ToMap();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Set(uint place, in Slot slot, TValue held)
        {
            _isChanged = true;
            if (slot.IsEmpty)
            {
                Remove(place);
                _count--;
                return;
            }

            _slots[place] = slot;
            _count += held.Equals(default) ? 1 : 0;
        }

        /// <summary>Finds the slot of a key, or the empty slot where it belongs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private uint Find(TKey key)
        {
            var place = Home(key, _length);
            while (!_slots[place].IsEmpty && !_slots[place].Key.Equals(key))
            {
                place = Next(place, _length);
            }

            return place;
        }

        /// <summary>Empties a slot, and moves up the entries that a search would no longer find after the gap.</summary>
        private void Remove(uint gap)
        {
            for (var place = Next(gap, _length); _slots[place] is { IsEmpty: false } slot; place = Next(place, _length))
            {
                if (Distance(Home(slot.Key, _length), place) >= Distance(gap, place))
                {
                    _slots[gap] = slot;
                    gap = place;
                }
            }

            _slots[gap] = default;
        }

        private ulong Distance(uint from, uint to) => to >= from ? to - from : to + _length - from;
    }
}
