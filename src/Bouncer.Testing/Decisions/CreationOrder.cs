namespace Bouncer.Testing.Decisions;

/// <summary>Finds the first row that may have been created after a time. Ids and creation times are assigned together, so both
/// increase, unless the clock is set back. For each id, the latest creation time up to it is kept, which never decreases.</summary>
internal sealed class CreationOrder
{
    private readonly List<long> _latest = [];

    public void Add(DateTimeOffset createdAt) => _latest.Add(_latest.Count == 0 ? createdAt.UtcTicks : Math.Max(_latest[^1], createdAt.UtcTicks));

    // Returns the id up to which every row was created at that time or before.
    public long LastIdUpTo(DateTimeOffset moment)
    {
        var (from, to) = (0, _latest.Count);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            (from, to) = _latest[middle] > moment.UtcTicks ? (from, middle) : (middle + 1, to);
        }

        return from;
    }
}
