using Bouncer.Lapi;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Counts unusable decisions, and logs each once: some LAPIs list them in every answer. Thread-safe.</summary>
internal sealed class UnusableNotes(SyncMetrics metrics, TimeProvider time, ILogger<UnusableNotes> logger)
{
    /// <summary>The maximum number that are remembered. Further ones are not logged until some of these have ended.</summary>
    internal const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<UnusableDecision, long> _told = [];

    /// <param name="unusable">The unusable decisions of an answer.</param>
    /// <param name="isRepeated">Whether those for which there was no room may have been logged before.</param>
    internal void Look(UnusableDecisions unusable, bool isRepeated = false)
    {
        if (unusable.Count == 0)
        {
            return;
        }

        metrics.Skipped(unusable);
        var untold = TakeUntold(unusable);
        if (!isRepeated && unusable.ByReason.TryGetValue(SkipReason.TooMany, out var tooMany))
        {
            untold[SkipReason.TooMany] = tooMany;
        }

        if (untold.Count > 0)
        {
            logger.DecisionsSkipped(untold.Values.Sum(), string.Join(", ", untold.Select(reason => $"{reason.Key}: {reason.Value}")));
        }

        if (untold.TryGetValue(SkipReason.TooWide, out var tooWide))
        {
            logger.RangeTooWide(tooWide);
        }
    }

    /// <summary>The number that were not logged before, by reason.</summary>
    private Dictionary<string, int> TakeUntold(UnusableDecisions unusable)
    {
        var untold = new Dictionary<string, int>(StringComparer.Ordinal);
        lock (_lock)
        {
            ForgetEnded();
            foreach (var (decision, end) in unusable.Known)
            {
                if (_told.Count < Most && _told.TryAdd(decision, end))
                {
                    untold[decision.Reason] = untold.GetValueOrDefault(decision.Reason) + 1;
                }
            }
        }

        return untold;
    }

    private void ForgetEnded()
    {
        if (_told.Count < Most)
        {
            return;
        }

        var now = time.GetTimestamp();
        foreach (var (decision, end) in _told)
        {
            if (end <= now)
            {
                _told.Remove(decision);
            }
        }
    }
}
