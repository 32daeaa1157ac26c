using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>
/// Checks that decisions that a whole list does not contain are gone. A list that was cut, or that comes from a failing database, is
/// incomplete but well-formed, with status 200 (streamDecisions in CrowdSec's pkg/apiserver/controllers/v1/decisions.go).
/// </summary>
internal sealed class ListProof(LapiQuestions questions, DecisionLedger ledger, IdWatermark watermark, Random random, TimeProvider time)
{
    /// <summary>How long a list that a failing database could cause must stay the same if LAPI cannot be queried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The number of decisions that are queried. If a list was cut, each of them is found.</summary>
    private const int Samples = 8;

    /// <summary>The number of decisions in a page in which LAPI reads its database; a fault between two pages cuts the list there.</summary>
    private const int PageSize = 30_000;

    private HashSet<long> _lackedBefore = [];
    private int _suspectCount = -1;
    private long _suspectSince;

    /// <summary>Forgets earlier lists, because the settings have changed.</summary>
    internal void Reset() => (_lackedBefore, _suspectCount) = ([], -1);

    /// <summary>Judges a list, and adds the decisions that LAPI has in addition. If LAPI fails, nothing is confirmed.</summary>
    internal async Task<ListVerdict> JudgeAsync(StreamAnswer list, CancellationToken cancellationToken)
    {
        // Before any query, which may fail: without an id the query would return the whole table.
        watermark.SawAll(list.Added, list.Unusable);
        try
        {
            return await AskAboutAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException)
        {
            _lackedBefore = [];
            var lacked = ledger.FindUnlisted(list).ToIds();

            // A list that lacks nothing needs no confirmation, unless it is empty.
            return new ListVerdict(lacked, lacked.Count > 0 || list.Count == 0 ? DoubtReason.Unproved : null);
        }
    }

    /// <exception cref="LapiException">LAPI failed.</exception>
    private async Task<ListVerdict> AskAboutAsync(StreamAnswer list, CancellationToken cancellationToken)
    {
        await questions.LearnAsync(ledger.Sample(list), cancellationToken).ConfigureAwait(false);
        var unlisted = ledger.FindUnlisted(list);
        var lacked = unlisted.ToIds();
        var besides = await AskBesidesAsync(list, cancellationToken).ConfigureAwait(false);
        var isContradicted = besides is not null && lacked.Overlaps(besides.Rows.ToIds());
        var listed = list.Count + AddNew(besides, list);
        var isSuspect = besides is null && IsSuspect(list);
        if (lacked.Count == 0)
        {
            _lackedBefore = [];
            return new ListVerdict(null, isSuspect ? DoubtReason.Unproved : null);
        }

        var doubt = isContradicted ? DoubtReason.Contradicted
            : besides is not null && questions.Ability == LapiAbility.Unknown ? null
            : !questions.CanAsk ? DoubtReason.Unproved
            : await FindDoubtAsync(unlisted, listed, cancellationToken).ConfigureAwait(false);
        if (doubt == DoubtReason.Contradicted && questions.Ability == LapiAbility.Ids)
        {
            doubt = await FindAmongAllAsync(list, lacked, cancellationToken).ConfigureAwait(false);
        }

        // A second list confirms what LAPI cannot be queried about, unless it may be among the unreadable ones or LAPI fails.
        var isConfirmed = doubt == DoubtReason.Unproved && !isSuspect && !questions.IsFailingPerhaps && list.Unusable.AreAllKnown && lacked.IsSubsetOf(_lackedBefore);
        _lackedBefore = doubt == DoubtReason.Unproved ? lacked : [];
        return doubt is null || isConfirmed ? default : new ListVerdict(lacked, doubt);
    }

    /// <summary>Whether a list looks like that of a failing database, empty or of whole pages, and LAPI cannot be queried; during the
    /// first minute of such lists.</summary>
    private bool IsSuspect(StreamAnswer list)
    {
        var isFirstAndEmpty = list.Count == 0 && ledger.Held == 0;
        if (questions.CanAsk || list.Count % PageSize != 0 || (isFirstAndEmpty && !questions.IsFailingPerhaps))
        {
            _suspectCount = -1;
            return false;
        }

        if (list.Count != _suspectCount)
        {
            (_suspectCount, _suspectSince) = (list.Count, time.GetTimestamp());
        }

        return time.GetElapsedTime(_suspectSince) < Patience;
    }

    /// <summary>The decisions above the list's last id or, if the list is empty and nothing is known of LAPI, all of them: a failing
    /// database looks like an empty one until it is queried. Null if it cannot be queried.</summary>
    private async Task<ListAnswer?> AskBesidesAsync(StreamAnswer list, CancellationToken cancellationToken)
    {
        switch (questions.Ability)
        {
            case LapiAbility.Unknown when list.Count == 0:
                return await questions.AskAsync(default, cancellationToken).ConfigureAwait(false);
            case LapiAbility.Ids:
                var above = await questions.AskAsync(new DecisionSelection { AboveId = watermark.Id }, cancellationToken).ConfigureAwait(false);
                if (above is not null)
                {
                    watermark.SawAbove(above);
                }

                return above;
            default:
                return null;
        }
    }

    /// <returns>The number of new ones.</returns>
    private static int AddNew(ListAnswer? besides, StreamAnswer list)
    {
        if (besides is null || besides.Rows.Count == 0)
        {
            return 0;
        }

        var news = besides.Rows.ToIds();
        for (var row = 1; row <= list.Added.Count; row++)
        {
            news.Remove(list.Added[row].Id);
        }

        for (var row = 1; row <= besides.Rows.Count; row++)
        {
            if (news.Contains(besides.Rows[row].Id))
            {
                list.Added.AddFrom(besides.Rows, row);
            }
        }

        return news.Count;
    }

    private async Task<string?> FindDoubtAsync(DecisionRows unlisted, int listed, CancellationToken cancellationToken)
    {
        foreach (var probe in DecisionProbe.Some(unlisted, Samples, random))
        {
            if (await questions.AskAsync(probe.Selection, cancellationToken).ConfigureAwait(false) is not { } answer)
            {
                return DoubtReason.Unproved;
            }

            if (probe.IsIn(answer))
            {
                return DoubtReason.Contradicted;
            }
        }

        return questions.Ability == LapiAbility.Ids && await HasMoreThanAsync(listed, cancellationToken).ConfigureAwait(false) ? DoubtReason.Contradicted : null;
    }

    /// <summary>Queries the decisions that the list may lack, and keeps only those that exist.</summary>
    /// <param name="list">The list, to which those are added that neither it nor the store has.</param>
    /// <param name="lacked">The ids that the list lacks; those that LAPI does not have are removed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<string?> FindAmongAllAsync(StreamAnswer list, HashSet<long> lacked, CancellationToken cancellationToken)
    {
        var selection = new DecisionSelection { AboveId = Math.Max(0, lacked.Min() - 1) };
        if (await questions.AskAsync(selection, cancellationToken).ConfigureAwait(false) is not { Unusable.AreAllKnown: true } all)
        {
            return DoubtReason.Contradicted;
        }

        AddNew(all, list);
        lacked.IntersectWith(all.Rows.ToIds().Concat(all.Unusable.Ends.Keys));
        return lacked.Count > 0 ? DoubtReason.Contradicted : null;
    }

    private async Task<bool> HasMoreThanAsync(int listed, CancellationToken cancellationToken) =>
        await questions.AskAsync(new DecisionSelection { Offset = listed, Limit = 1 }, cancellationToken).ConfigureAwait(false) is { Count: > 0 };
}
