using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>When to poll next, and when to pull the whole list. The randomness is handed in. One caller at a time.</summary>
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

    /// <summary>A list of so many decisions costs nothing to speak of.</summary>
    private const int ShortList = 10_000;

    /// <summary>Whole lists that are wanted before their time take no more than a third of it.</summary>
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

    /// <summary>Whether it is time for the whole list, whatever was seen.</summary>
    internal bool IsAllDue => time.GetElapsedTime(_pulled) >= _dueAfter;

    /// <summary>Whether the whole list may be pulled before its time: not so soon after the last that LAPI does little else,
    /// and later each time that it is in doubt again.</summary>
    internal bool IsAllAffordable => time.GetElapsedTime(_pulled) >= _affordableAfter;

    /// <summary>Whether the whole list was last asked for in vain.</summary>
    internal bool HasAllFailed => _failures > 0;

    /// <summary>The pause after a failure: before the first success short and growing by the same step, later doubled
    /// each time; both with up to half on top, so that a fleet does not come back in one wave.</summary>
    internal TimeSpan AfterFailure(int consecutiveFailures, bool isReady, TimeSpan? retryAfter)
    {
        var steps = isReady ? Doubled(FirstRetry, consecutiveFailures - 1, LongestPause) : Min(FirstRetry * consecutiveFailures, LongestPause);
        return NotBefore(retryAfter, steps * (1 + (random.NextDouble() / 2)));
    }

    /// <summary>A pause that is no shorter than what LAPI asks for, within reason.</summary>
    internal static TimeSpan NotBefore(TimeSpan? retryAfter, TimeSpan pause) =>
        retryAfter is { } asked ? Max(Min(asked, LongestRetryAfter), pause) : pause;

    /// <summary>Takes that the whole list was pulled. The next is due after a time that is a tenth more or less at random:
    /// where LAPI can be asked for ids, that is the interval of the settings; else sooner for a short list, which costs
    /// little.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="listed">How many decisions it has.</param>
    /// <param name="ability">What LAPI can be asked.</param>
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

    /// <summary>Takes that the whole list was asked for in vain.</summary>
    /// <param name="took">How long LAPI worked on it.</param>
    internal void AllFailed(TimeSpan took)
    {
        _pulled = time.GetTimestamp();
        _affordableAfter = Max(took * AffordablePause, Doubled(FirstRetry, _failures++, LongestPause));
    }

    /// <summary>A time doubled so many times, up to the longest.</summary>
    internal static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest) => Min(first * Math.Pow(2, Math.Min(times, 16)), longest);

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
