using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Queries a LAPI that does not support ids for all decisions of the origins that have few, and for one decision of the
/// others. That finds single changes by cscli and agents despite long lists, and the replacement of a long list.</summary>
internal sealed class ValueAudit(LapiQuestions questions, DecisionLedger ledger, IdWatermark watermark, SharedKeyWatch key, SyncMetrics metrics, TimeProvider time) : IListAudit
{
    /// <summary>The maximum number of decisions in a query: some 8 KiB.</summary>
    private const int MaxListed = 40;

    private bool _isSampleNext;
    private bool _isOwed;
    private HashSet<long> _lacked = [];

    public async Task<bool> IsInStepAsync(AuditDepth depth, CancellationToken cancellationToken)
    {
        var isThorough = depth != AuditDepth.Usual;
        var asksBoth = isThorough || _isOwed;
        var few = ledger.FindFew(MaxListed);
        var samples = !few.AreAll && (asksBoth || _isSampleNext || few.Origins.Count == 0);
        var lists = few.AreAll || (few.Origins.Count > 0 && (asksBoth || !samples));

        // A query that fails keeps its turn but does not block the others, which then come first.
        var startsWithSample = samples && _isOwed && !_isSampleNext;
        _isOwed = true;
        var isInStep = (!startsWithSample || await IsSampleThereAsync(cancellationToken).ConfigureAwait(false))
            && (!lists || await IsListedAsync(few, isThorough, cancellationToken).ConfigureAwait(false))
            && (!samples || startsWithSample || await IsSampleThereAsync(cancellationToken).ConfigureAwait(false));
        (_isOwed, _isSampleNext) = (false, !samples);
        return isInStep;
    }

    /// <summary>Whether a sample of a long list still exists.</summary>
    private async Task<bool> IsSampleThereAsync(CancellationToken cancellationToken) =>
        ledger.Sample() is not { } probe
        || await questions.AskAsync(probe.Selection, cancellationToken).ConfigureAwait(false) is not { } answer
        || probe.IsIn(answer);

    private async Task<bool> IsListedAsync(FewDecisions few, bool isThorough, CancellationToken cancellationToken)
    {
        var selection = new DecisionSelection { Origins = few.AreAll ? null : few.Origins };
        if (await questions.AskAsync(selection, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return true;
        }

        if (few.AreAll)
        {
            watermark.SawAll(answer.Rows, answer.Unusable);
        }

        var found = ledger.Add(answer);
        key.Found(found);
        metrics.Found(found.Count);
        if (!answer.Unusable.AreAllKnown)
        {
            return found.Count == 0;
        }

        var (_, soon) = DecisionTally.About(time);
        var lacked = Enumerable.Range(1, few.Rows.Count)
            .Where(row => few.Rows[row].Deadline > soon && !DecisionProbe.Of(few.Rows, row).IsIn(answer))
            .Select(row => few.Rows[row].Id).ToHashSet();

        // LAPI has answered twice without them, the second time after a delta that does not explain it.
        if (isThorough && lacked.Count > 0 && lacked.IsSubsetOf(_lacked))
        {
            ledger.Remove([.. lacked]);
            lacked = [];
        }

        _lacked = lacked;
        return lacked.Count == 0 && found.Count == 0;
    }
}
