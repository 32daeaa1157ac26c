using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>An immutable hash map whose versions share unchanged pages. It uses linear probing over a <see cref="PagedArray{T}"/>,
/// so that most lookups read one cache line and a change copies one page.</summary>
internal readonly partial struct NetworkMap<TKey, TValue>
    where TKey : struct, INetworkKey<TKey>
    where TValue : struct, IEquatable<TValue>
{
    private readonly PagedArray<Slot> _slots;
    private readonly ulong _length;

    private NetworkMap(PagedArray<Slot> slots, int count)
    {
        _slots = slots;
        _length = (ulong)slots.Length;
        Count = count;
    }

    internal static NetworkMap<TKey, TValue> Empty { get; } = new(PagedArray<Slot>.Create(PagedArray<Slot>.PageSize), 0);

    internal int Count { get; }

    /// <summary>Returns the value of a key; the default if there is none.</summary>
    internal TValue Find(TKey key)
    {
        for (var place = Home(key, _length); ; place = Next(place, _length))
        {
            ref readonly var slot = ref _slots[place];
            if (slot.Key.Equals(key) || slot.IsEmpty)
            {
                return slot.Value;
            }
        }
    }

    internal IEnumerable<(TKey Key, TValue Value)> Enumerate()
    {
        for (var place = 0U; place < _length; place++)
        {
            if (!_slots[place].IsEmpty)
            {
                yield return (_slots[place].Key, _slots[place].Value);
            }
        }
    }

    /// <summary>Adds the place of every key to a filter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void AddPlacesTo(SiteFilter filter)
    {
        for (var place = 0U; place < _length; place++)
        {
            ref readonly var slot = ref _slots[place];
            if (!slot.IsEmpty)
            {
                filter.Add(slot.Key.Place());
            }
        }
    }

    // The upper bits of the product scale the hash to any length, not only to a power of two.
    private static uint Home(TKey key, ulong length) => (uint)(key.Hash() * length >> 32);

    private static uint Next(uint place, ulong length) => place + 1 == length ? 0 : place + 1;

    internal readonly record struct Slot(TKey Key, TValue Value)
    {
        internal bool IsEmpty => Value.Equals(default);
    }
}
