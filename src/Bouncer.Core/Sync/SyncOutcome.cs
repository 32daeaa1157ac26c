namespace Bouncer.Sync;

/// <summary>The result of a poll, or of a live query, that LAPI answered.</summary>
internal readonly record struct SyncOutcome
{
    /// <summary>Whether the whole list was pulled and is not in doubt.</summary>
    internal bool IsFull { get; init; }

    /// <summary>Whether <see cref="Unusable"/> and <see cref="Listed"/> are those of a whole list, in doubt or not.</summary>
    internal bool IsOfList { get; init; }

    /// <summary>The number of unusable decisions, of those <see cref="Listed"/>.</summary>
    internal int Unusable { get; init; }

    internal int Listed { get; init; }

    internal bool IsKeyShared { get; init; }

    /// <summary>A problem despite the answer, in a sentence for the operator; null if there is none.</summary>
    internal string? Problem { get; init; }
}
