using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Queries the decisions that have ended here and that LAPI does not list as ended: each of them or, if there are many, a
/// sample of those that it should have listed.</summary>
internal sealed class EndAudit(LapiQuestions questions, DecisionLedger ledger, EndWatch ends, SharedKeyWatch key, Random random)
{
    /// <summary>The maximum number of decisions that are queried.</summary>
    internal const int MaxAsked = 8;

    /// <summary>Adds the decisions whose end has been extended.</summary>
    /// <param name="delta">The delta, with the ids that LAPI lists as ended.</param>
    /// <param name="asked">When the delta was requested, as a timestamp.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there may be more of them, so that the whole list is needed.</returns>
    /// <exception cref="LapiException">LAPI failed.</exception>
    internal async Task<bool> FindsMovedAsync(StreamAnswer delta, long asked, CancellationToken cancellationToken)
    {
        var (overdue, recent) = ends.Take(delta.Deleted, asked);
        if (overdue.Count + recent.Count == 0)
        {
            return false;
        }

        if (!questions.CanAsk)
        {
            if (overdue.Count > 0)
            {
                ends.Clear();
            }

            return overdue.Count > 0;
        }

        var areMany = overdue.Count + recent.Count > MaxAsked;
        foreach (var probe in DecisionProbe.Some(overdue, MaxAsked, random))
        {
            if (await IsThereAsync(probe, cancellationToken).ConfigureAwait(false) is not { } isThere)
            {
                return false;
            }

            if (!isThere)
            {
                key.Lacks();
            }
            else if (areMany)
            {
                ends.Clear();
                return true;
            }
        }

        await AskAboutRecentAsync(recent, areMany, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task AskAboutRecentAsync(DecisionRows recent, bool areMany, CancellationToken cancellationToken)
    {
        var awaited = new DecisionRows();
        for (var row = 1; row <= recent.Count; row++)
        {
            if (!areMany && await IsThereAsync(DecisionProbe.Of(recent, row), cancellationToken).ConfigureAwait(false) is null)
            {
                return;
            }

            if (!ledger.Holds(recent[row].Id))
            {
                awaited.AddFrom(recent, row);
            }
        }

        ends.Await(awaited);
    }

    /// <returns>Null if LAPI does not answer such queries.</returns>
    private async Task<bool?> IsThereAsync(DecisionProbe probe, CancellationToken cancellationToken)
    {
        if (await questions.AskAsync(probe.Selection, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return null;
        }

        ledger.Add(answer);
        return probe.IsIn(answer);
    }
}
