namespace Bouncer.Sync;

/// <summary>When to pull next. Pure: the randomness is handed in.</summary>
internal sealed class SyncSchedule(SyncOptions options, Random random)
{
    /// <summary>The longest pause after a failure; with its jitter, a LAPI that is back is found within a minute.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestResync = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ResyncPauseADecision = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestConfirmation = TimeSpan.FromSeconds(5);

    internal TimeSpan AfterSuccess => options.Interval;

    /// <summary>The pause before a doubtful list is pulled once more.</summary>
    internal TimeSpan BeforeConfirmation => Min(options.Interval, LongestConfirmation);

    /// <summary>The pause after a failure: before the first success short and growing by the same step, later doubled
    /// each time; both with up to half on top, so that a fleet does not come back in one wave.</summary>
    internal TimeSpan AfterFailure(int consecutiveFailures, bool isReady, TimeSpan? retryAfter)
    {
        var steps = isReady ? Math.Pow(2, Math.Min(consecutiveFailures - 1, 16)) : consecutiveFailures;
        var pause = Min(FirstRetry * steps, LongestPause) * (1 + (random.NextDouble() / 2));
        return retryAfter is { } asked && Min(asked, LongestRetryAfter) is var wait && wait > pause ? wait : pause;
    }

    /// <summary>The time to the next full list, a tenth more or less at random. A short list costs little and is pulled
    /// more often; one that was doubted soon again, for a database that fails for a while cuts two lists alike.</summary>
    internal TimeSpan NextFullResync(SnapshotTrust trust, int listed)
    {
        var fair = trust == SnapshotTrust.Confirmed ? ShortestResync : ResyncPauseADecision * listed;
        var pause = Min(fair < ShortestResync ? ShortestResync : fair, options.FullResyncInterval);
        return pause * (0.9 + (random.NextDouble() / 5));
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
