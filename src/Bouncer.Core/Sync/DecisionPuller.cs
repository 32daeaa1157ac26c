using Bouncer.Lapi;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Makes one poll after another: a delta, a question whether that was all, and where something speaks against it, the
/// whole list. One caller at a time. docs/design/sync.md says what is believed, when and why.</summary>
internal sealed class DecisionPuller(
    ILapiClient lapi,
    DecisionLedger ledger,
    LapiQuestions questions,
    ListAudit audit,
    ListProof proof,
    EndWatch ends,
    EndAudit endAudit,
    SharedKeyWatch key,
    SyncState state,
    SyncSchedule schedule,
    SyncMetrics metrics,
    FilterCheck filters,
    TimeProvider time,
    ILogger<DecisionPuller> logger)
{
    /// <summary>LAPI takes a question for a pull if the last one is a minute old, and then leaves out of the next delta what
    /// came between.</summary>
    private static readonly TimeSpan LongPull = TimeSpan.FromSeconds(45);

    private readonly PollReport _report = new();
    private string? _refusal;
    private bool _needsAll = true;
    private bool _isAllWanted;

    /// <summary>Polls once and tells how long to wait before the next.</summary>
    internal async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        try
        {
            ends.Add(ledger.RemoveExpired());
            await (_needsAll ? PullAllAsync(cancellationToken) : KeepUpAsync(cancellationToken)).ConfigureAwait(false);
            return Succeed();
        }
        catch (LapiException failure)
        {
            return Fail(failure.Kind, failure.Message, failure.RetryAfter);
        }
        catch (Exception unexpected) when (!cancellationToken.IsCancellationRequested)
        {
            _needsAll = true;
            logger.UnexpectedError(unexpected);
            return Fail(null, "An unexpected error; the log has it.", null);
        }
    }

    private async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        _isAllWanted |= IsAllDue();
        var hasNews = await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
        if (!_isAllWanted || !schedule.IsAllAffordable)
        {
            var isInStep = await audit.IsInStepAsync(hasNews || key.IsShared ? AuditDepth.Thorough : AuditDepth.Usual, cancellationToken).ConfigureAwait(false);
            if (!isInStep)
            {
                // What came or went while LAPI was asked is no difference: the next delta has it.
                hasNews = true;
                await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
                _isAllWanted |= !await audit.IsInStepAsync(AuditDepth.Repeated, cancellationToken).ConfigureAwait(false);
            }
        }

        ConcludeOnKey();
        if (_isAllWanted && schedule.IsAllAffordable)
        {
            await PullAllAsync(cancellationToken).ConfigureAwait(false);
        }

        // Only ids tell whether the news were all of it. Else the next poll asks for everything: a transaction that overlaps
        // this one has had the time to end.
        _isAllWanted |= hasNews && questions.Ability != LapiAbility.Ids;
    }

    private bool IsAllDue() =>
        schedule.IsAllDue
        || (key.IsShared && questions.Ability != LapiAbility.Ids)
        || ledger.CountEnding(schedule.UntilNextPoll) > Math.Max(EndAudit.MaxAsked, ledger.Held / 100);

    /// <returns>Whether it brought anything new.</returns>
    private async Task<bool> PullDeltaAsync(CancellationToken cancellationToken)
    {
        // Whatever goes wrong, the next poll asks for everything: LAPI forgets what it sent as soon as it has sent it, whether
        // or not it arrived.
        _needsAll = true;
        var asked = time.GetTimestamp();
        var delta = await lapi.PullAsync(startup: false, cancellationToken).ConfigureAwait(false);
        var hasNews = ledger.IsNews(delta);
        key.Take(delta, hasNews);
        ledger.Apply(delta);
        _report.Received(delta);
        _needsAll = false;
        _isAllWanted |= await endAudit.FindsMovedAsync(delta, asked, cancellationToken).ConfigureAwait(false);
        return hasNews;
    }

    private async Task PullAllAsync(CancellationToken cancellationToken)
    {
        _needsAll = true;
        var asked = time.GetTimestamp();
        var list = await lapi.PullAsync(startup: true, cancellationToken).ConfigureAwait(false);
        var took = time.GetElapsedTime(asked);
        var later = took > LongPull ? await lapi.PullAsync(startup: false, cancellationToken).ConfigureAwait(false) : null;
        ends.Clear();
        key.Clear();
        questions.Forget();
        ListVerdict verdict;
        try
        {
            verdict = await proof.JudgeAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException)
        {
            // Nothing is proved: what the list names is added, and what it lacks stays.
            schedule.AllPulled(took, list.Count, questions.Ability, isDoubted: true);
            var lacked = ledger.FindUnlisted(list).Count;
            ledger.Apply(list);
            if (later is not null)
            {
                ledger.Apply(later);
            }

            // An empty list may be a failing database's; one that lacks nothing needs no proof.
            (_needsAll, _isAllWanted) = (false, lacked > 0 || list.Count == 0);
            Doubt(list.Count, lacked > 0 ? DoubtReason.Unproved : null, lacked);
            if (list.Added.Count > 0)
            {
                state.BecameReady();
            }

            throw;
        }

        ledger.Replace(list, verdict.Kept);
        if (later is not null)
        {
            ledger.Apply(later);
        }

        // Where LAPI's numbers cannot be compared, the whole list has to tell.
        schedule.AllPulled(took, list.Count, ledger.IsComplete ? questions.Ability : LapiAbility.Values, verdict.Doubt is not null);

        _needsAll = false;
        _isAllWanted = verdict.Doubt is not null;
        Doubt(list.Count, verdict.Doubt, verdict.Kept?.Count ?? 0);
        _report.ReceivedAll(list);
        logger.FullSync(ledger.Held);
    }

    private void ConcludeOnKey()
    {
        if (!key.Conclude())
        {
            return;
        }

        if (key.IsShared)
        {
            logger.KeyShared();
        }
        else
        {
            logger.KeyNotShared();
        }
    }

    /// <summary>Reports a doubt, once for as long as it does not grow: what is kept ends by itself.</summary>
    private void Doubt(int listed, string? reason, int kept)
    {
        var isNew = reason is not null && (reason != _report.Doubt || kept > _report.Doubted);
        _report.Doubt = reason;
        _report.Doubted = kept;
        state.Doubts(kept);
        if (isNew)
        {
            metrics.Doubts(reason!);
            logger.DoubtfulList(listed, kept, DoubtReason.Explain(reason!));
        }
    }

    private TimeSpan Succeed()
    {
        var (before, outage) = (state.Status, state.Outage.Length);
        if (questions.Refusal is { } refusal && _refusal is null)
        {
            logger.QuestionsRefused(refusal);
        }

        _refusal = questions.Refusal;
        state.Succeeded(_report.Take(ledger.Dropped, key.IsShared));
        if (!before.IsReady)
        {
            logger.FirstSync(ledger.Held);
            filters.Run();
        }
        else if (before.ConsecutiveFailures > 0)
        {
            logger.Recovered(before.ConsecutiveFailures, outage);
        }

        return _report.Doubt is null ? schedule.AfterSuccess : schedule.BeforeConfirmation;
    }

    private TimeSpan Fail(LapiErrorKind? kind, string error, TimeSpan? retryAfter)
    {
        var before = state.Status;
        var isLong = state.Failed(kind, error);
        var pause = schedule.AfterFailure(state.Status.ConsecutiveFailures, before.IsReady, retryAfter);
        var told = OutageWatch.InSeconds(pause);
        if (kind == LapiErrorKind.Forbidden && !before.IsAccessForbidden)
        {
            logger.AccessForbidden(error, told);
        }
        else if (isLong)
        {
            logger.OutageLasts(state.Outage.Length, state.Status.ConsecutiveFailures, error, told);
        }
        else if (before.LastError == error && before.ConsecutiveFailures > 0)
        {
            logger.PullFailedAgain(state.Status.ConsecutiveFailures, error, told);
        }
        else
        {
            logger.PullFailed(error, told);
        }

        return pause;
    }
}
