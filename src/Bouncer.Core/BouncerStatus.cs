namespace Bouncer;

/// <summary>The state of the synchronisation with LAPI. Immutable; contains no secret and no visitor's address.</summary>
public sealed record BouncerStatus
{
    /// <summary>How decisions reach this process.</summary>
    public BouncerMode Mode { get; init; }

    /// <summary>The URL of the LAPI from which the decisions held come, also those of a snapshot; in live mode, and before the first
    /// list, of the one that is called.</summary>
    public Uri? Lapi { get; init; }

    /// <summary>Whether one of <see cref="LapiOptions.Fallbacks"/> is in use, in place of a LAPI that comes before it in the order.
    /// False if <see cref="LapiOptions.ReturnAfter"/> is zero, because then the LAPIs have no order.</summary>
    public bool HasFailedOver { get; init; }

    /// <summary>Whether a first synchronisation succeeded or a snapshot was loaded (stream mode); always true in other modes.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether the decisions held are those of <see cref="SnapshotOptions.Path"/>, because LAPI has not answered since the start.
    /// <see cref="LastSuccess"/> is then that of the process which saved them.</summary>
    public bool IsFromSnapshot { get; init; }

    /// <summary>Whether the decisions held are older than <see cref="SyncOptions.MaxStaleness"/> allows.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether LAPI refused the credentials at the last attempt. LAPI also does so when its database fails.</summary>
    public bool IsAccessForbidden { get; init; }

    /// <summary>The number of decisions held.</summary>
    public int DecisionCount { get; init; }

    /// <summary>When LAPI last answered correctly; null if never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When the whole list was last replaced; null if never.</summary>
    public DateTimeOffset? LastFullSync { get; init; }

    /// <summary>The number of attempts that have failed since <see cref="LastSuccess"/>.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>What went wrong at the last attempt, in a sentence for the operator; null if nothing did.</summary>
    public string? LastError { get; init; }

    /// <summary>The number of unusable decisions that were skipped, in the last whole list and the deltas since; in live mode, in the
    /// last answer.</summary>
    public int SkippedDecisions { get; init; }

    /// <summary>The number of decisions that are enforced although LAPI's last whole list does not contain them, because LAPI has not
    /// confirmed that they are gone: the list was cut, or LAPI's database fails. <see cref="LastError"/> has the reason.</summary>
    public int DoubtedDecisions { get; init; }

    /// <summary>Whether another client seems to pull with the same key and receives part of the changes. Additional queries find
    /// the missing changes, which costs LAPI time; give each bouncer its own key.</summary>
    public bool IsKeyShared { get; init; }

    /// <summary>Whether there is a problem although LAPI answers: the one in <see cref="LastError"/>, or more than a tenth of the
    /// decisions in the last answer, or in the last whole list and the deltas since, were unusable. In live mode also whether a tenth or
    /// more of the clients of the last minute, three at least, got no answer from LAPI.</summary>
    public bool IsDegraded { get; init; }
}
