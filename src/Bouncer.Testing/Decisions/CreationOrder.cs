namespace Bouncer.Testing.Decisions;

/// <summary>Finds the first row that may have been created after a moment. An id and its creation are given together, so both
/// count up, and only a clock that was set back breaks that: kept is the latest creation up to each id, which never goes
/// back.</summary>
internal sealed class CreationOrder
{
    private readonly List<long> _latest = [];

    public void Add(DateTimeOffset createdAt) => _latest.Add(_latest.Count == 0 ? createdAt.UtcTicks : Math.Max(_latest[^1], createdAt.UtcTicks));

    // Every row up to this id was created at the moment or before it.
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
