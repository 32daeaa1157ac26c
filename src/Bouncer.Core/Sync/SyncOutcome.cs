namespace Bouncer.Sync;

/// <summary>What a poll, or a live query, that LAPI answered came to.</summary>
internal readonly record struct SyncOutcome
{
    /// <summary>Whether the whole list was pulled, and believed.</summary>
    internal bool IsFull { get; init; }

    /// <summary>Whether <see cref="Unusable"/> and <see cref="Listed"/> are of a whole list, believed or not.</summary>
    internal bool IsOfList { get; init; }

    /// <summary>How many decisions could not be used, of those <see cref="Listed"/>.</summary>
    internal int Unusable { get; init; }

    internal int Listed { get; init; }

    internal bool IsKeyShared { get; init; }

    /// <summary>What is wrong all the same, in a sentence for the operator.</summary>
    internal string? Problem { get; init; }
}
