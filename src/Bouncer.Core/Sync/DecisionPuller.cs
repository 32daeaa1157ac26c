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
    private bool _hasNews;
    private bool _isDifferent;
    private int _listsForDifference;

    /// <summary>Polls once and tells how long to wait before the next.</summary>
    internal async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        try
        {
            _hasNews = false;
            ends.Add(ledger.RemoveExpired());
            var startsWithAll = _needsAll && (schedule.IsAllAffordable || !state.IsReady);
            await (startsWithAll ? PullAllAsync(cancellationToken) : KeepUpAsync(cancellationToken)).ConfigureAwait(false);
            return questions.Failure is { } failure && IsDown(failure) ? Fail(failure) : Succeed();
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
        _isAllWanted |= _needsAll || IsAllDue();
        try
        {
            await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
            await CompareAsync(cancellationToken).ConfigureAwait(false);
            ConcludeOnKey();
            if (_isAllWanted && schedule.IsAllAffordable)
            {
                await PullAllAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LapiException) when (!_needsAll)
        {
            // A question failed, and the delta is taken all the same. Questions wait, deltas do not.
        }

        // Only ids tell whether the news were all of it. Else the next poll asks for everything: a transaction that overlaps
        // this one has had the time to end.
        _isAllWanted |= _hasNews && questions.Ability != LapiAbility.Ids;
    }

    private bool IsAllDue() =>
        schedule.IsAllDue
        || (key.IsShared && questions.Ability != LapiAbility.Ids)
        || ledger.CountEnding(schedule.UntilNextPoll) > Math.Max(EndAudit.MaxAsked, ledger.Held / 100);

    private async Task PullDeltaAsync(CancellationToken cancellationToken)
    {
        // Whatever goes wrong, the next poll asks for everything: LAPI forgets what it sent as soon as it has sent it, whether
        // or not it arrived.
        _needsAll = true;
        var asked = time.GetTimestamp();
        var delta = await lapi.PullAsync(startup: false, cancellationToken).ConfigureAwait(false);
        var isNews = ledger.IsNews(delta);
        _hasNews |= isNews;
        key.Take(delta, isNews);
        ledger.Apply(delta);
        _report.Received(delta);
        _needsAll = false;
        _isAllWanted |= await endAudit.FindsMovedAsync(delta, asked, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares what is held with what LAPI has, unless the whole list comes at once.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (_isAllWanted && schedule.IsAllAffordable)
        {
            return;
        }

        if (!await audit.IsInStepAsync(_hasNews || key.IsShared ? AuditDepth.Thorough : AuditDepth.Usual, cancellationToken).ConfigureAwait(false))
        {
            // What came or went while LAPI was asked is no difference: the next delta has it.
            await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
            _hasNews = true;
            if (!await audit.IsInStepAsync(AuditDepth.Repeated, cancellationToken).ConfigureAwait(false))
            {
                _isAllWanted = _isDifferent = true;
                return;
            }
        }

        (_isDifferent, _listsForDifference) = (false, 0);
        if (_report.Doubt == DoubtReason.Counted)
        {
            Doubt(0, null, 0);
        }
    }

    private async Task PullAllAsync(CancellationToken cancellationToken)
    {
        _needsAll = true;
        var (list, took) = await PullListAsync(cancellationToken).ConfigureAwait(false);
        var (later, lost) = took > LongPull ? await PullLaterAsync(cancellationToken).ConfigureAwait(false) : default;
        ends.Clear();
        key.Clear();
        questions.Forget();
        var verdict = await proof.JudgeAsync(list, cancellationToken).ConfigureAwait(false);
        ledger.Replace(list, verdict.Kept);
        if (later is not null)
        {
            ledger.Apply(later);
        }

        // One list explains a difference; if it is found again, LAPI counts what it does not list, or the other way round.
        _listsForDifference += _isDifferent ? 1 : 0;
        _isDifferent = false;
        var doubt = verdict.Doubt ?? (_listsForDifference > 1 ? DoubtReason.Counted : null);

        // Where LAPI's numbers cannot be compared, the whole list has to tell.
        schedule.AllPulled(took, list.Count, ledger.IsComplete ? questions.Ability : LapiAbility.Values, doubt);

        _needsAll = lost is not null;
        _isAllWanted = verdict.Doubt is not null;
        Doubt(list.Count, doubt, verdict.Kept?.Count ?? 0);
        _report.ReceivedAll(list);
        logger.FullSync(ledger.Held);
        if (lost is not null)
        {
            throw lost;
        }
    }

    private async Task<(StreamAnswer List, TimeSpan Took)> PullListAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        try
        {
            var list = await lapi.PullAsync(startup: true, cancellationToken).ConfigureAwait(false);
            return (list, time.GetElapsedTime(asked));
        }
        catch (LapiException)
        {
            schedule.AllFailed(time.GetElapsedTime(asked));
            throw;
        }
    }

    /// <summary>Pulls what came while a long list was on its way, before any question.</summary>
    private async Task<(StreamAnswer? Later, LapiException? Lost)> PullLaterAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await lapi.PullAsync(startup: false, cancellationToken).ConfigureAwait(false), null);
        }
        catch (LapiException lost)
        {
            return (null, lost);
        }
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
            logger.DoubtfulList(listed, DoubtReason.Explain(reason!, kept));
        }
    }

    /// <summary>Whether a question that failed says that the pull is worth nothing: a failing database makes LAPI answer questions
    /// with 500 and deltas and lists with nothing. One that had news was read.</summary>
    private bool IsDown(LapiException failure) => failure.Kind == LapiErrorKind.Status ? !_hasNews : !state.IsReady && ledger.Held == 0;

    private TimeSpan Succeed()
    {
        var (before, outage) = (state.Status, state.Outage.Length);
        if (questions.Refusal is { } refusal && _refusal is null)
        {
            logger.QuestionsRefused(refusal);
        }

        _refusal = questions.Refusal;
        state.Succeeded(_report.Take(ledger.Dropped, key.IsShared, questions.Failure?.Message));
        if (before.LastSuccess is null)
        {
            logger.FirstSync(ledger.Held);
            filters.Run();
        }
        else if (before.ConsecutiveFailures > 0)
        {
            logger.Recovered(before.ConsecutiveFailures, outage);
        }

        return _report.Doubt is not (null or DoubtReason.Counted) || audit.IsBlurred ? schedule.BeforeConfirmation : schedule.AfterSuccess;
    }

    /// <summary>Takes that LAPI answers and that its database fails: deltas go on at their pace.</summary>
    private TimeSpan Fail(LapiException failure)
    {
        var pause = Fail(failure.Kind, failure.Message, failure.RetryAfter, state.IsReady ? schedule.AfterSuccess : null);
        if (ledger.Held > 0)
        {
            state.BecameReady();
        }

        return pause;
    }

    private TimeSpan Fail(LapiErrorKind? kind, string error, TimeSpan? retryAfter, TimeSpan? usual = null)
    {
        var before = state.Status;
        var isLong = state.Failed(kind, error);
        var pause = usual ?? schedule.AfterFailure(state.Status.ConsecutiveFailures, before.IsReady, retryAfter);
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
