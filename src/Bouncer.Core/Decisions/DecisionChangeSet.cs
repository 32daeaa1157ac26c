namespace Bouncer;

/// <summary>A change of the decisions held, as passed to an <see cref="IDecisionSink"/>.</summary>
public sealed class DecisionChangeSet
{
    /// <summary>Initializes a change.</summary>
    /// <param name="isSnapshot">Whether <paramref name="added"/> contains all decisions held.</param>
    /// <param name="added">The decisions that are new or renewed; for a snapshot, all of them.</param>
    /// <param name="removed">The decisions that ended; empty for a snapshot.</param>
    public DecisionChangeSet(bool isSnapshot, IReadOnlyCollection<Decision> added, IReadOnlyCollection<Decision> removed)
    {
        IsSnapshot = isSnapshot;
        Added = added;
        Removed = removed;
    }

    /// <summary>Whether <see cref="Added"/> replaces everything that the sink received before.</summary>
    public bool IsSnapshot { get; }

    /// <summary>Decisions that are new, or whose end has changed. Those of a snapshot are created during each enumeration, so that
    /// not all of them are in memory at once.</summary>
    public IReadOnlyCollection<Decision> Added { get; }

    /// <summary>Decisions that are no longer held: deleted, expired, or replaced by a renewed one in
    /// <see cref="Added"/>. Apply these first.</summary>
    public IReadOnlyCollection<Decision> Removed { get; }
}
