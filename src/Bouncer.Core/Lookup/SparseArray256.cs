namespace Bouncer.Lookup;

/// <summary>Up to 256 items by number, in an array no longer than their count: item n stands at the rank of n among the
/// numbers in use.</summary>
/// <remarks>A mutable struct: a copy shares the items until either of them takes a <see cref="Clone"/>.</remarks>
internal struct SparseArray256<TItem>()
    where TItem : class
{
    private Bits256 _used;
    private TItem[] _items = [];

    internal readonly Bits256 Used => _used;

    internal readonly ReadOnlySpan<TItem> Items => _items;

    internal readonly TItem? Find(int number) => _used.Contains(number) ? _items[_used.Rank(number)] : null;

    internal void Set(int number, TItem item)
    {
        var rank = _used.Rank(number);
        if (_used.Contains(number))
        {
            _items[rank] = item;
            return;
        }

        _used.Add(number);
        _items = [.. _items.AsSpan(0, rank), item, .. _items.AsSpan(rank)];
    }

    internal void Remove(int number)
    {
        var rank = _used.Rank(number);
        _used.Remove(number);
        _items = [.. _items.AsSpan(0, rank), .. _items.AsSpan(rank + 1)];
    }

    internal readonly SparseArray256<TItem> Clone() => new() { _used = _used, _items = [.. _items] };
}
