namespace Bouncer;

/// <summary>What changed in the decisions held, as handed to an <see cref="IDecisionSink"/>.</summary>
public sealed class DecisionChangeSet
{
    /// <summary>Describes a change.</summary>
    /// <param name="isSnapshot">Whether <paramref name="added"/> is everything there is.</param>
    /// <param name="added">The decisions that are new or renewed; for a snapshot, all of them.</param>
    /// <param name="removed">The decisions that ended; empty for a snapshot.</param>
    public DecisionChangeSet(bool isSnapshot, IReadOnlyCollection<Decision> added, IReadOnlyCollection<Decision> removed)
    {
        IsSnapshot = isSnapshot;
        Added = added;
        Removed = removed;
    }

    /// <summary>Whether <see cref="Added"/> replaces everything a sink was told before.</summary>
    public bool IsSnapshot { get; }

    /// <summary>Decisions that are new, or known ones whose end moved. Those of a snapshot are made anew each time they are
    /// enumerated, so that a million of them need not be in memory at once.</summary>
    public IReadOnlyCollection<Decision> Added { get; }

    /// <summary>Decisions that are no longer held: deleted, expired, or replaced by a renewed one in
    /// <see cref="Added"/>. Apply these first.</summary>
    public IReadOnlyCollection<Decision> Removed { get; }
}
