namespace Bouncer.Lookup;

/// <summary>What one change of the store came to; what comes and goes within one change is no change.</summary>
internal sealed class StoreChange(DecisionArena held, bool isSnapshot)
{
    private readonly HashSet<int> _added = [];
    private readonly HashSet<int> _removed = [];

    /// <summary>Whether everything is new; what it is stands in the index.</summary>
    internal bool IsSnapshot => isSnapshot;

    internal bool IsEmpty => _added.Count + _removed.Count == 0;

    /// <summary>How many decisions were left out for want of room.</summary>
    internal int Dropped { get; set; }

    internal void Added(int row) => _added.Add(row);

    internal void Removed(int row)
    {
        if (!_added.Remove(row))
        {
            _removed.Add(row);
        }
    }

    /// <summary>Has an expiry look after what was added.</summary>
    internal void AddTo(DecisionExpiry expiry)
    {
        foreach (var row in _added)
        {
            expiry.Add(row);
        }
    }

    /// <summary>The change as the outside sees it.</summary>
    internal DecisionChangeSet ToChangeSet(TimeProvider time) => new(
        isSnapshot: false,
        [.. _added.Select(row => held.Rows.ToDecision(row, time))],
        [.. _removed.Select(row => held.Rows.ToDecision(row, time))]);
}
