namespace Bouncer.Lookup;

/// <summary>The result of one change of the store. A decision that is added and removed within it is not part of it.</summary>
internal sealed class StoreChange(DecisionArena held, bool isSnapshot)
{
    private readonly HashSet<int> _added = [];
    private readonly HashSet<int> _removed = [];

    /// <summary>Whether everything is new; the decisions are then in the index.</summary>
    internal bool IsSnapshot => isSnapshot;

    internal bool IsEmpty => _added.Count + _removed.Count == 0;

    /// <summary>The number of decisions left out because the maximum was reached.</summary>
    internal int Dropped { get; set; }

    internal void Added(int row) => _added.Add(row);

    internal void Removed(int row)
    {
        if (!_added.Remove(row))
        {
            _removed.Add(row);
        }
    }

    /// <summary>Adds the new decisions to an expiry.</summary>
    internal void AddTo(DecisionExpiry expiry)
    {
        foreach (var row in _added)
        {
            expiry.Add(row);
        }
    }

    /// <summary>The public form of the change.</summary>
    internal DecisionChangeSet ToChangeSet(TimeProvider time) => new(
        isSnapshot: false,
        [.. _added.Select(row => held.Rows.ToDecision(row, time))],
        [.. _removed.Select(row => held.Rows.ToDecision(row, time))]);
}
