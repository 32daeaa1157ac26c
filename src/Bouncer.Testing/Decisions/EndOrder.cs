namespace Bouncer.Testing.Decisions;

/// <summary>The ids in the order in which their decisions end, as the index on `until` has them.</summary>
internal sealed class EndOrder
{
    private readonly SortedSet<(long Ticks, long Id)> _ends = new(Comparer<(long Ticks, long Id)>.Create(
        static (a, b) => a.Ticks == b.Ticks ? a.Id.CompareTo(b.Id) : a.Ticks.CompareTo(b.Ticks)));

    public void Add(StoredDecision row) => _ends.Add((row.Until.UtcTicks, row.Id));

    public void Remove(StoredDecision row) => _ends.Remove((row.Until.UtcTicks, row.Id));

    // Both times are exclusive.
    public IEnumerable<long> Between(DateTimeOffset after, DateTimeOffset before)
    {
        var (first, last) = (after.UtcTicks + 1, before.UtcTicks - 1);
        return first > last ? [] : _ends.GetViewBetween((first, 0), (last, long.MaxValue)).Select(end => end.Id);
    }
}
