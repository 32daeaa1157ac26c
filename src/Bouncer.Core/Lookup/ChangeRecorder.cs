namespace Bouncer.Lookup;

/// <summary>Notes what a change of the store adds and removes; what comes and goes within one change is no change.</summary>
internal sealed class ChangeRecorder
{
    private readonly HashSet<Decision> _added = [];
    private readonly HashSet<Decision> _removed = [];

    internal bool IsEmpty => _added.Count + _removed.Count == 0;

    internal void Added(Decision decision) => _added.Add(decision);

    internal void Removed(Decision decision)
    {
        if (!_added.Remove(decision))
        {
            _removed.Add(decision);
        }
    }

    internal DecisionChangeSet ToChangeSet() => new(isSnapshot: false, _added, _removed);
}
