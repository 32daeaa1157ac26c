using Bouncer.Lapi;
using Bouncer.Snapshots;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Polls LAPI: pulls a delta, queries whether anything is missing, and if so pulls the whole list. Not thread-safe. The
/// rules are in docs/design/sync.md.</summary>
internal sealed class DecisionPuller(
    SettingsInUse settings,
    LapiFailover failover,
    ILapiClient lapi,
    DecisionLedger ledger,
    LapiQuestions questions,
    ListAudit audit,
    ListProof proof,
    EndWatch ends,
    EndAudit endAudit,
    DifferenceWatch differences,
    SharedKeyWatch key,
    SyncState state,
    SyncSchedule schedule,
    SyncMetrics metrics,
    FilterCheck filters,
    PullMarks marks,
    TimeProvider time,
    ILogger<DecisionPuller> logger)
{
    /// <summary>If the last pull is a minute old, LAPI counts a query as a pull, and the next delta lacks what was added before the
    /// query.</summary>
    private static readonly TimeSpan LongPull = TimeSpan.FromSeconds(45);

    private readonly PollReport _report = new();
    private string? _refusal;
    private bool _needsAll = true;
    private bool _isAllWanted;
    private bool _hasNews;
    private bool _hasListed;
    private bool _haveSettingsChanged;
    private bool _isUnchecked = true;

    /// <summary>Whether the decisions held were pulled with other settings. Another LAPI uses the same ids for other decisions, and
    /// another filter selects others, so only the whole list can replace them.</summary>
    private bool IsOutdated => _haveSettingsChanged || (state.HeldOf is { } held && !held.AskForTheSame(settings.Current));

    /// <summary>Polls once, and returns the pause before the next poll.</summary>
    internal async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        try
        {
            _hasNews = _hasListed = false;
            await TakeSettingsAsync(cancellationToken).ConfigureAwait(false);
            ends.Add(ledger.RemoveExpired());

            // After a failed list, the delta comes first: otherwise, if the list fails every time, no delta would ever be pulled.
            var startsWithAll = IsOutdated || (_needsAll && (!state.IsSynchronized || (!schedule.HasAllFailed && schedule.IsAllAffordable)));
            await (startsWithAll ? PullAllAsync(cancellationToken) : KeepUpAsync(cancellationToken)).ConfigureAwait(false);
            return IsDown() ? FailAlthoughAnswered() : Succeed();
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

    private async Task TakeSettingsAsync(CancellationToken cancellationToken)
    {
        if (await failover.ChooseAsync(cancellationToken).ConfigureAwait(false))
        {
            marks.Forget();
            (_needsAll, _haveSettingsChanged, _isUnchecked) = (true, true, true);
            questions.Reset();
            proof.Reset();
            key.Reset();
            differences.Settle();
        }
    }

    private async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        _isAllWanted |= _needsAll || IsAllDue();
        await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
        await CompareAsync(cancellationToken).ConfigureAwait(false);
        ConcludeOnKey();

        // What could not be confirmed because queries failed is confirmed as soon as they succeed.
        _isAllWanted |= _report.Doubt == DoubtReason.Unproved && questions.Failure is null;
        if (_isAllWanted && schedule.IsAllAffordable)
        {
            await TryPullAllAsync(cancellationToken).ConfigureAwait(false);
        }

        // Only queries by id show whether the delta was complete. Otherwise the next poll pulls the whole list: by then, an
        // overlapping transaction has had time to end.
        _isAllWanted |= _hasNews && questions.Known != LapiAbility.Ids;
    }

    private bool IsAllDue() =>
        schedule.IsAllDue
        || (key.IsShared && questions.Known != LapiAbility.Ids)
        || ledger.CountEnding(schedule.UntilNextPoll) > Math.Max(EndAudit.MaxAsked, ledger.Held / 100);

    private async Task PullDeltaAsync(CancellationToken cancellationToken)
    {
        // If anything goes wrong, the next poll pulls the whole list: LAPI does not send changes again, whether or not they
        // arrived.
        _needsAll = true;
        var asked = time.GetTimestamp();
        var delta = await lapi.PullAsync(startup: false, cancellationToken).ConfigureAwait(false);
        var isNews = ledger.IsNews(delta);
        _hasNews |= isNews;
        key.Take(delta, isNews);
        ledger.Apply(delta);
        _report.Received(delta);
        _needsAll = false;
        _isAllWanted |= await AskAsync(endAudit.FindsMovedAsync(delta, asked, cancellationToken), otherwise: false).ConfigureAwait(false);
    }

    /// <summary>Compares what is held with what LAPI has, unless the whole list follows.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        if (_isAllWanted && schedule.IsAllAffordable)
        {
            return;
        }

        var depth = _hasNews || key.IsShared ? AuditDepth.Thorough : AuditDepth.Usual;
        if (!await AskAsync(audit.IsInStepAsync(depth, cancellationToken), otherwise: true).ConfigureAwait(false))
        {
            // A change during the query is not a difference: the next delta has it.
            await PullDeltaAsync(cancellationToken).ConfigureAwait(false);
            _hasNews = true;
            if (!await AskAsync(audit.IsInStepAsync(AuditDepth.Repeated, cancellationToken), otherwise: true).ConfigureAwait(false))
            {
                _isAllWanted |= differences.Found();
                return;
            }
        }

        if (audit.IsInDoubt)
        {
            return;
        }

        differences.Settle();
        if (_report.Doubt == DoubtReason.Counted)
        {
            Doubt(0, null, 0);
        }
    }

    /// <summary>Awaits a query. Its failure is recorded by <see cref="LapiQuestions"/> and delays only further queries.</summary>
    private static async Task<bool> AskAsync(Task<bool> question, bool otherwise)
    {
        try
        {
            return await question.ConfigureAwait(false);
        }
        catch (LapiException)
        {
            return otherwise;
        }
    }

    /// <summary>Pulls the whole list after a delta, which counts even if the list fails.</summary>
    private async Task TryPullAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PullAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException failure) when (schedule.HasAllFailed)
        {
            if (_report.ListFailure is null)
            {
                logger.ListFailed(failure.Message);
            }

            _report.ListFailure = failure.Message;
        }
    }

    private async Task PullAllAsync(CancellationToken cancellationToken)
    {
        _needsAll = true;
        var asked = time.GetTimestamp();
        var list = await PullListAsync(asked, cancellationToken).ConfigureAwait(false);
        var (later, lost) = time.GetElapsedTime(asked) > LongPull ? await PullLaterAsync(cancellationToken).ConfigureAwait(false) : default;
        ends.Clear();
        key.Clear();
        questions.Forget();
        _hasListed = list.Count > 0;
        var verdict = await proof.JudgeAsync(list, cancellationToken).ConfigureAwait(false);
        var isOfAnother = state.HeldOf is { } held && held.Identity != settings.Current.Identity;
        if (isOfAnother && list.Count > 0)
        {
            // What another LAPI had is no reason to doubt this one's list. An empty one may come from a failing database.
            verdict = default;
        }

        differences.Listed(isNews: ledger.IsNews(list) || ledger.FindUnlisted(list).Count > 0);
        ledger.Replace(list, verdict.Kept, keepsUnusable: !IsOutdated);
        if (verdict.Kept is null || !isOfAnother)
        {
            (state.HeldOf, _haveSettingsChanged) = (settings.Current, false);
        }

        if (later is not null)
        {
            ledger.Apply(later);
        }

        // If the numbers cannot be compared, only the whole list shows differences.
        schedule.AllPulled(time.GetElapsedTime(asked), list.Count, ledger.IsComplete ? questions.Ability : LapiAbility.Values, verdict.Doubt is not null);

        _needsAll = lost is not null;
        _isAllWanted = verdict.Doubt is not null && questions.Failure is null;
        _report.ListFailure = null;
        Doubt(list.Count, verdict.Doubt ?? (differences.IsUnexplained ? DoubtReason.Counted : null), verdict.Kept?.Count ?? 0);
        _report.ReceivedAll(list);
        logger.FullSync(ledger.Held);
        if (lost is not null)
        {
            BecomeReady();
            throw lost;
        }
    }

    private async Task<StreamAnswer> PullListAsync(long asked, CancellationToken cancellationToken)
    {
        try
        {
            return await lapi.PullAsync(startup: true, cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException)
        {
            schedule.AllFailed(time.GetElapsedTime(asked));
            throw;
        }
    }

    /// <summary>Pulls the changes made while a long list was transferred, before any query.</summary>
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

    /// <summary>Reports a doubt once, and again only if it grows: the decisions kept end by themselves.</summary>
    private void Doubt(int listed, string? reason, int kept)
    {
        var isNew = reason is not null && (_report.Doubt is null || kept > _report.Doubted);
        _report.Doubt = reason;
        _report.Doubted = kept;
        state.Doubts(kept);
        if (isNew)
        {
            metrics.Doubts(reason!);
            logger.DoubtfulList(listed, DoubtReason.Explain(reason!, kept));
        }
    }

    /// <summary>Whether the poll counts as failed although LAPI answered. With a failing database LAPI answers queries with 500 and
    /// pulls with empty lists; a delta with news was read from the database. At the start an empty list counts only if there is no
    /// doubt about it.</summary>
    private bool IsDown() =>
        (questions.Failure is { Kind: LapiErrorKind.Internal } && !_hasNews && !_hasListed)
        || (!state.IsSynchronized && ledger.Held == 0 && _report.Doubt is not null);

    private TimeSpan Succeed()
    {
        var (before, outage) = (state.Status, state.Outage.Length);
        if (questions.Refusal is { } refusal && _refusal is null)
        {
            logger.QuestionsRefused(refusal);
        }

        _refusal = questions.Refusal;
        failover.Answered(outage);

        if (!IsOutdated)
        {
            // Before readiness is reported: a host that stops then has what to save.
            marks.Pulled(settings.Current, time.GetTimestamp());
        }

        state.Succeeded(_report.Take(ledger.Dropped, key.IsShared, questions.Failure?.Message));
        if (before.LastSuccess is null || before.IsFromSnapshot)
        {
            logger.FirstSync(ledger.Held);
        }
        else if (before.ConsecutiveFailures > 0)
        {
            logger.Recovered(before.ConsecutiveFailures, outage);
        }

        if (_isUnchecked)
        {
            _isUnchecked = false;
            filters.Run();
        }

        return _report.Doubt is not (null or DoubtReason.Counted) || audit.IsBlurred ? schedule.BeforeConfirmation : schedule.AfterSuccess;
    }

    /// <summary>Records a failure although LAPI answered. Deltas continue at their interval.</summary>
    private TimeSpan FailAlthoughAnswered()
    {
        var error = questions.Failure?.Message ?? questions.Refusal ?? DoubtReason.Explain(DoubtReason.Unproved, 0);
        var pause = Fail(questions.Failure?.Kind, error, questions.Failure?.RetryAfter, state.IsSynchronized ? schedule.AfterSuccess : null);
        BecomeReady();
        return pause;
    }

    /// <summary>Becomes ready if there are decisions to enforce, although LAPI fails.</summary>
    private void BecomeReady()
    {
        if (ledger.Held > 0)
        {
            state.BecameReady();
        }
    }

    private TimeSpan Fail(LapiErrorKind? kind, string error, TimeSpan? retryAfter, TimeSpan? usual = null)
    {
        var before = state.Status;
        var isLong = state.Failed(kind, error);
        var pause = usual ?? failover.Shorten(schedule.AfterFailure(state.Status.ConsecutiveFailures, before.IsReady && !before.IsFromSnapshot, retryAfter));
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
