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

        // Grows before the changes and shrinks after them, so that there is always room.
        var atMost = (long)Count + changes.Count;
        var writer = IsFitFor(atMost) ? new Writer(_slots, Count) : Resize(atMost);
        writer.Apply(CollectionsMarshal.AsSpan(changes), ref merge);
        var map = writer.ToMap();
        return map.IsFitFor(map.Count) ? map : map.Resize(map.Count).ToMap();
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
    /// <remarks>The first list is written by a process that has just started. The methods called for each decision are optimized
    /// immediately: with a million decisions, their slow first tier would take half a second.</remarks>
    private sealed class Writer(PagedArray<Slot> former, int count)
    {
        private readonly PagedArray<Slot>.Builder _slots = former.ToBuilder();
        private readonly ulong _length = (ulong)former.Length;
        private int _count = count;
        private bool _isChanged;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Apply<TMerge>(ReadOnlySpan<(TKey Key, int Change)> changes, ref TMerge merge)
            where TMerge : IMergeFunction<TValue>
        {
            // Page by page, because memory access is slow; the changes of one key stay in order.
            var pages = new int[changes.Length];
            for (var i = 0; i < pages.Length; i++)
            {
                pages[i] = (int)Home(changes[i].Key, _length) / PagedArray<Slot>.PageSize;
            }

            foreach (var next in StableOrder.Of(pages, _slots.Length / PagedArray<Slot>.PageSize))
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
        }

        internal void Put(in Slot slot)
        {
            _slots[Find(slot.Key)] = slot;
            _isChanged = true;
        }

        internal NetworkMap<TKey, TValue> ToMap() => new(_isChanged ? _slots.ToArray() : former, _count);

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
