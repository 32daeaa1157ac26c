using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Decides when to poll next and when to pull the whole list. The source of randomness is injected. Not thread-safe.</summary>
internal sealed class SyncSchedule(SettingsInUse settings, Random random, TimeProvider time)
{
    /// <summary>The longest pause after a failure; with its jitter, a LAPI that is back is found within a minute.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestResync = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ResyncPauseADecision = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestConfirmation = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AffordablePauseADecision = TimeSpan.FromMicroseconds(50);

    /// <summary>The length up to which a list costs next to nothing.</summary>
    private const int ShortList = 10_000;

    /// <summary>Limits whole lists that are pulled before they are due to a third of the time.</summary>
    private const int AffordablePause = 2;

    private long _pulled;
    private TimeSpan _dueAfter;
    private TimeSpan _affordableAfter;
    private int _doubts;
    private int _failures;

    internal TimeSpan AfterSuccess => settings.Current.Sync.Interval;

    /// <summary>The pause before a doubtful list is pulled once more.</summary>
    internal TimeSpan BeforeConfirmation => Min(settings.Current.Sync.Interval, LongestConfirmation);

    /// <summary>The longest time until the next poll is done.</summary>
    internal TimeSpan UntilNextPoll => settings.Current.Sync.Interval + DecisionTally.Margin;

    /// <summary>Whether the whole list is due by time alone.</summary>
    internal bool IsAllDue => time.GetElapsedTime(_pulled) >= _dueAfter;

    /// <summary>Whether the whole list may be pulled before it is due: not so soon after the last one that LAPI would do little
    /// else, and later each time that it is in doubt again.</summary>
    internal bool IsAllAffordable => time.GetElapsedTime(_pulled) >= _affordableAfter;

    /// <summary>Whether the last pull of the whole list failed.</summary>
    internal bool HasAllFailed => _failures > 0;

    /// <summary>The pause after a failure: before the first success it grows by a constant step, later it doubles. Up to half is
    /// added at random, so that the members of a fleet do not return at the same time.</summary>
    internal TimeSpan AfterFailure(int consecutiveFailures, bool isReady, TimeSpan? retryAfter)
    {
        var steps = isReady ? Doubled(FirstRetry, consecutiveFailures - 1, LongestPause) : Min(FirstRetry * consecutiveFailures, LongestPause);
        return NotBefore(retryAfter, steps * (1 + (random.NextDouble() / 2)));
    }

    /// <summary>A pause that is at least what LAPI asks for, up to a maximum.</summary>
    internal static TimeSpan NotBefore(TimeSpan? retryAfter, TimeSpan pause) =>
        retryAfter is { } asked ? Max(Min(asked, LongestRetryAfter), pause) : pause;

    /// <summary>Records that the whole list was pulled. The next one is due after the interval of the settings, or sooner for a
    /// short list, which costs little, if LAPI cannot be queried by id; up to a tenth more or less at random.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="listed">The number of decisions in it.</param>
    /// <param name="ability">The queries that LAPI answers.</param>
    /// <param name="isDoubted">Whether it is in doubt.</param>
    internal void AllPulled(TimeSpan took, int listed, LapiAbility ability, bool isDoubted)
    {
        _pulled = time.GetTimestamp();
        _doubts = isDoubted ? _doubts + 1 : 0;
        _failures = 0;
        var patience = _doubts < 2 ? TimeSpan.Zero : Doubled(FirstRetry, _doubts - 2, LongestPause);
        _affordableAfter = Max(Max(took * AffordablePause, AffordablePauseADecision * Math.Max(0, listed - ShortList)), patience);
        var fair = ability == LapiAbility.Ids ? settings.Current.Sync.FullResyncInterval : Max(ResyncPauseADecision * listed, ShortestResync);
        _dueAfter = Min(fair, settings.Current.Sync.FullResyncInterval) * (0.9 + (random.NextDouble() / 5));
    }

    /// <summary>Records that a pull of the whole list failed.</summary>
    /// <param name="took">How long LAPI worked on it.</param>
    internal void AllFailed(TimeSpan took)
    {
        _pulled = time.GetTimestamp();
        _affordableAfter = Max(took * AffordablePause, Doubled(FirstRetry, _failures++, LongestPause));
    }

    /// <summary>A time that is doubled a number of times, up to a maximum.</summary>
    internal static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) => Min(first * Math.Pow(2, Math.Min(times, 16)), longest);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
