using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>
/// Has LAPI prove that what a whole list lacks is gone. A list that was cut, or that comes from a failing database, is short
/// but well-formed, with status 200 (streamDecisions in CrowdSec's pkg/apiserver/controllers/v1/decisions.go).
/// </summary>
internal sealed class ListProof(LapiQuestions questions, DecisionLedger ledger, IdWatermark watermark, Random random, TimeProvider time)
{
    /// <summary>How long a list must be the same that a failing database would cause, where LAPI cannot be asked.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How many decisions are asked about. Of a list that was cut, any of them is found alive.</summary>
    private const int Samples = 8;

    /// <summary>LAPI reads its database in pages of so many decisions; a fault between two of them cuts the list there.</summary>
    private const int PageSize = 30_000;

    private HashSet<long> _lackedBefore = [];
    private int _suspectCount = -1;
    private long _suspectSince;

    /// <summary>Forgets what lists lacked before: the next one comes by other settings.</summary>
    internal void Reset() => (_lackedBefore, _suspectCount) = ([], -1);

    /// <summary>Judges a list, and adds to it what LAPI has besides. Where LAPI fails nothing is proved.</summary>
    internal async Task<ListVerdict> JudgeAsync(StreamAnswer list, CancellationToken cancellationToken)
    {
        // Before any question, which may fail: what is above no id is the whole table.
        watermark.SawAll(list.Added, list.Unusable);
        try
        {
            return await AskAboutAsync(list, cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException)
        {
            _lackedBefore = [];
            var lacked = ledger.FindUnlisted(list).ToIds();

            // One that lacks nothing needs no proof, but for an empty one.
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

        // What LAPI says nothing about, a second list confirms: not where it may be among what cannot be read, or where LAPI fails.
        var isConfirmed = doubt == DoubtReason.Unproved && !isSuspect && !questions.IsFailingPerhaps && list.Unusable.AreAllKnown && lacked.IsSubsetOf(_lackedBefore);
        _lackedBefore = doubt == DoubtReason.Unproved ? lacked : [];
        return doubt is null || isConfirmed ? default : new ListVerdict(lacked, doubt);
    }

    /// <summary>Whether a list looks like those of a failing database, which have nothing, or just some pages, and LAPI cannot be
    /// asked. For a minute of such lists.</summary>
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

    /// <summary>What LAPI has above the list's last id, or, of an empty list that nothing is known about, at all: a failing
    /// database looks like an empty one until it is asked. Null if it cannot be asked.</summary>
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

    /// <returns>How many were new.</returns>
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

    /// <summary>Has LAPI list by the other path what its list may lack, and keeps no more than that.</summary>
    /// <param name="list">Gets what it lacks and what is not held.</param>
    /// <param name="lacked">Loses what LAPI has not.</param>
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
