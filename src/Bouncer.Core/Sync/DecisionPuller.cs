using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Makes one pull after another and keeps the store in step. One caller at a time.</summary>
/// <remarks>Whatever goes wrong with a pull, the next one asks for everything: LAPI forgets what it sent as soon as it has
/// sent it, whether or not it arrived.</remarks>
internal sealed class DecisionPuller(
    ILapiClient lapi,
    DecisionStore store,
    DecisionSinkDispatcher sinks,
    SyncState state,
    SyncSchedule schedule,
    SyncMetrics metrics,
    TimeProvider time,
    ILogger<DecisionPuller> logger)
{
    private static readonly DecisionRows NoDecisions = new();

    private readonly SnapshotGuard _guard = new();
    private int _dropped;
    private bool _needsAll = true;
    private long _lastFull;
    private TimeSpan _fullResyncAfter;

    /// <summary>Pulls once and tells how long to wait before the next.</summary>
    internal async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        var startup = _needsAll || time.GetElapsedTime(_lastFull) >= _fullResyncAfter;
        _needsAll = true;
        try
        {
            sinks.Publish(store.RemoveExpired());
            var answer = await lapi.PullAsync(startup, cancellationToken).ConfigureAwait(false);
            return Take(answer, startup);
        }
        catch (LapiException failure)
        {
            return Fail(failure.Kind, failure.Message, failure.RetryAfter);
        }
        catch (Exception unexpected) when (!cancellationToken.IsCancellationRequested)
        {
            logger.UnexpectedError(unexpected);
            return Fail(null, "An unexpected error; the log has it.", null);
        }
    }

    private TimeSpan Take(StreamAnswer answer, bool startup)
    {
        var listed = answer.Added.Count;
        var held = store.Index.Count;
        var trust = startup ? _guard.Judge(held, listed, answer.Skipped.Count) : SnapshotTrust.Plausible;
        var isWhole = startup && trust is SnapshotTrust.Plausible or SnapshotTrust.Confirmed;
        var change = isWhole ? store.Replace(answer.Added) : store.Apply(startup ? NoDecisions : answer.Deleted, answer.Added);
        sinks.Publish(change);
        Report(answer.Skipped, change.Dropped);
        if (trust == SnapshotTrust.Unusable)
        {
            return Fail(LapiErrorKind.BadDocument, $"LAPI's whole list holds {answer.Skipped.Count} decisions that cannot be used, and too few others.", null);
        }

        if (trust == SnapshotTrust.Doubtful)
        {
            var pause = schedule.BeforeConfirmation;
            logger.DoubtfulList(listed, held, pause);
            Succeed(answer, full: false, $"LAPI's whole list holds {listed} decisions where {held} are held; a second pull is to confirm it.");
            return pause;
        }

        _dropped = change.Dropped + (isWhole ? 0 : _dropped);
        if (isWhole)
        {
            _lastFull = time.GetTimestamp();
            _fullResyncAfter = schedule.NextFullResync(trust, listed);
            logger.FullSync(store.Index.Count);
        }

        _needsAll = false;
        Succeed(answer, startup, _dropped == 0 ? null : $"LAPI lists {_dropped} decisions more than Bouncer:Sync:MaxDecisions allows to be held.");
        return schedule.AfterSuccess;
    }

    private void Succeed(StreamAnswer answer, bool full, string? doubt)
    {
        var before = state.Status;
        state.Succeeded(full, answer.Skipped, answer.Added.Count + answer.Deleted.Count, doubt);
        if (!before.IsReady)
        {
            logger.FirstSync(store.Index.Count);
        }
        else if (before.ConsecutiveFailures > 0)
        {
            logger.Recovered(before.ConsecutiveFailures);
        }
    }

    private TimeSpan Fail(LapiErrorKind? kind, string error, TimeSpan? retryAfter)
    {
        var before = state.Status;
        state.Failed(kind, error);
        var pause = schedule.AfterFailure(state.Status.ConsecutiveFailures, before.IsReady, retryAfter);
        if (kind == LapiErrorKind.Forbidden && !before.IsAccessForbidden)
        {
            logger.AccessForbidden(error, pause);
        }
        else if (before.LastError == error && before.ConsecutiveFailures > 0)
        {
            logger.PullFailedAgain(state.Status.ConsecutiveFailures, error, pause);
        }
        else
        {
            logger.PullFailed(error, pause);
        }

        return pause;
    }

    private void Report(SkippedDecisions skipped, int dropped)
    {
        if (dropped > 0)
        {
            skipped.Add(SkipReason.TooMany, dropped);
        }

        if (skipped.Count == 0)
        {
            return;
        }

        metrics.Skipped(skipped);
        logger.DecisionsSkipped(skipped.Count, string.Join(", ", skipped.ByReason.Select(reason => $"{reason.Key}: {reason.Value}")));
        if (skipped.ByReason.TryGetValue(SkipReason.TooWide, out var tooWide))
        {
            logger.RangeTooWide(tooWide);
        }

        if (dropped > 0)
        {
            logger.TooManyDecisions(dropped);
        }
    }
}
