namespace Bouncer;

/// <summary>How the synchronisation stands. Immutable; holds no secret and no visitor's address.</summary>
public sealed record BouncerStatus
{
    /// <summary>How decisions are learnt.</summary>
    public BouncerMode Mode { get; init; }

    /// <summary>Whether a first synchronisation succeeded (stream mode); always true in live mode.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether the decisions held are older than <see cref="SyncOptions.MaxStaleness"/> allows.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether LAPI refused the credentials at the last attempt. It answers so for faults of its own, too.</summary>
    public bool IsAccessForbidden { get; init; }

    /// <summary>How many decisions are held.</summary>
    public int DecisionCount { get; init; }

    /// <summary>When LAPI last answered as it should; null if never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When the whole list was last replaced; null if never.</summary>
    public DateTimeOffset? LastFullSync { get; init; }

    /// <summary>How many attempts failed since then.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>What went wrong at the last attempt, in a sentence for the operator; null if nothing did.</summary>
    public string? LastError { get; init; }

    /// <summary>How many decisions of the last whole list and of the deltas since were unusable and skipped; in live mode of the last
    /// answer.</summary>
    public int SkippedDecisions { get; init; }

    /// <summary>How many decisions are held and enforced although LAPI's last whole list lacks them, because LAPI did not prove
    /// that they are gone: the list was cut, or LAPI's database fails. <see cref="LastError"/> says why.</summary>
    public int DoubtedDecisions { get; init; }

    /// <summary>Whether another client seems to pull with the same key, and so takes part of the changes. What it takes is
    /// found by asking, at a cost for LAPI; give each bouncer its own key.</summary>
    public bool IsKeyShared { get; init; }

    /// <summary>Whether something is wrong although LAPI answers, as <see cref="LastError"/> says, or more than a tenth of the
    /// last answer, or of the last whole list with the deltas since, was unusable.</summary>
    public bool IsDegraded { get; init; }
}
