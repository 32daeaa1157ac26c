using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Queries the decisions above the ids seen, which finds those that deltas omit, and their number, which shows that some were
/// removed without notice.</summary>
internal sealed class IdAudit(LapiQuestions questions, DecisionLedger ledger, IdWatermark watermark, EndWatch ends, SharedKeyWatch key, SyncMetrics metrics, TimeProvider time) : IListAudit
{
    /// <summary>Limits counting, for which LAPI reads all rows, to a twenty-fifth of the time.</summary>
    private const int CountPause = 25;

    /// <summary>A part is counted once in this many polls.</summary>
    private const int PartInTurn = 16;

    /// <summary>Decisions that end between a delta and the query explain a difference once, but hardly twice in a row.</summary>
    private const int MaxBlurred = 2;

    /// <summary>The maximum number of decisions at their end that are queried.</summary>
    private const int MaxAtTheirEnd = 100;

    private int _turn;
    private bool _isOwed;
    private long _counted;
    private TimeSpan _countPause;
    private TimeSpan _countCost;
    private int _blurred;
    private long? _part;

    /// <summary>Whether there was a difference, and no query has shown since that there is none.</summary>
    internal bool IsInDoubt { get; private set; }

    /// <summary>Whether the last difference was attributed to decisions that end about now.</summary>
    internal bool IsBlurred => _blurred > 0;

    public async Task<bool> IsInStepAsync(AuditDepth depth, CancellationToken cancellationToken)
    {
        var isOrdinary = depth == AuditDepth.Usual && !IsInDoubt;
        var turn = isOrdinary ? (_turn + 1) % PartInTurn : _turn;
        var question = !isOrdinary ? Question.All : _isOwed ? QuestionOf(turn) | Question.Above : QuestionOf(turn);
        var mayCount = depth == AuditDepth.Repeated || time.GetElapsedTime(_counted) >= _countPause;
        if (!mayCount)
        {
            // The number is compared as soon as the pause is over.
            question = Question.Above;
            turn &= ~1;
        }

        _countCost = depth == AuditDepth.Repeated ? _countCost : TimeSpan.Zero;

        // A query that fails keeps its turn, and does not block others.
        _isOwed = true;
        var comparison = await CompareAsync(question, depth, mayCount, cancellationToken).ConfigureAwait(false);
        (_isOwed, _turn) = (false, turn);
        IsInDoubt = comparison != Comparison.Equal || (IsInDoubt && !mayCount);
        if (comparison == Comparison.Blurred && ++_blurred < MaxBlurred)
        {
            return true;
        }

        if (comparison == Comparison.Equal || depth == AuditDepth.Repeated)
        {
            _blurred = 0;
        }

        return comparison == Comparison.Equal;
    }

    /// <summary>The total number at every other poll, because it covers everything; the ids at the polls in between, sometimes
    /// together with a part.</summary>
    private static Question QuestionOf(int turn) => turn % 2 != 0 ? Question.Count : turn == 0 ? Question.Above | Question.Part : Question.Above;

    private async Task<Comparison> CompareAsync(Question question, AuditDepth depth, bool mayCount, CancellationToken cancellationToken)
    {
        var (comparison, found) = question.HasFlag(Question.Above)
            ? await CompareAboveAsync(depth, cancellationToken).ConfigureAwait(false)
            : (Comparison.Equal, 0);

        // In the total number, a decision that was found may have compensated for one that was removed.
        if (comparison == Comparison.Equal && (question.HasFlag(Question.Count) || (found > 0 && mayCount)))
        {
            comparison = await CompareCountAsync(above: null, depth, cancellationToken).ConfigureAwait(false);
        }

        if (comparison == Comparison.Equal && question.HasFlag(Question.Part))
        {
            // In the total number, a removed decision and one that was added late compensate for each other. A part that differed
            // is compared again.
            _part = IsInDoubt && _part is { } same ? same : ledger.Sample()?.Id;
            comparison = _part is null ? Comparison.Equal : await CompareCountAsync(_part, depth, cancellationToken).ConfigureAwait(false);
        }

        return comparison;
    }

    /// <summary>Compares the decisions above the ids seen, and adds those that were missing.</summary>
    private async Task<(Comparison Comparison, int Found)> CompareAboveAsync(AuditDepth depth, CancellationToken cancellationToken)
    {
        var above = watermark.Id;
        if (await questions.AskAsync(new DecisionSelection { AboveId = above }, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return (Comparison.Equal, 0);
        }

        if (answer.Count == 0)
        {
            watermark.SawNothingAbove();
        }
        else if (answer.Rows.ToIds().Any(id => id > 0 && id <= above))
        {
            // Another LAPI, which does not support the query. Its answer is nevertheless correct.
            questions.Forget();
        }
        else
        {
            watermark.SawAbove(answer);
        }

        var found = ledger.Add(answer);
        key.Found(found);
        metrics.Found(found.Count);
        if (!ledger.IsComplete || questions.Ability != LapiAbility.Ids)
        {
            return (Comparison.Equal, found.Count);
        }

        var expected = Expect(above);
        var comparison = answer.Count == expected.Sum ? Comparison.Equal
            : depth == AuditDepth.Repeated && answer.Count >= expected.Certain && answer.Count < expected.Sum ? Comparison.Blurred
            : Comparison.Different;
        return (comparison, found.Count);
    }

    private async Task<Comparison> CompareCountAsync(long? above, AuditDepth depth, CancellationToken cancellationToken)
    {
        if (!ledger.IsComplete)
        {
            return Comparison.Equal;
        }

        var expected = Expect(above);
        if (await HasAsync(above, expected.Sum, expected.Sum, cancellationToken).ConfigureAwait(false))
        {
            return Comparison.Equal;
        }

        return depth == AuditDepth.Repeated && (expected.AtTheirEnd > MaxAtTheirEnd || await HasAsync(above, expected.Certain, expected.Sum, cancellationToken).ConfigureAwait(false))
            ? Comparison.Blurred
            : Comparison.Different;
    }

    /// <summary>The number that LAPI should have, including those that ended here and that no delta has listed yet.</summary>
    private DecisionTally Expect(long? above) =>
        (above is { } id ? ledger.Tally(id) : ledger.Tally()) + new DecisionTally(0, ends.CountAbove(above ?? long.MinValue));

    /// <summary>Whether the number that LAPI has is within bounds. The query starts at the last one that must exist.</summary>
    private async Task<bool> HasAsync(long? above, int least, int most, CancellationToken cancellationToken)
    {
        var (offset, first) = least > 0 ? (least - 1, 1) : (0, 0);
        var selection = new DecisionSelection { AboveId = above, Offset = offset, Limit = first + most - least + 1 };
        var asked = time.GetTimestamp();
        try
        {
            var answer = await questions.AskAsync(selection, cancellationToken).ConfigureAwait(false);
            return answer is null || (answer.Count >= first && answer.Count <= first + most - least);
        }
        finally
        {
            // A count that failed may have been the most expensive one, so it also starts the pause.
            _counted = time.GetTimestamp();
            _countCost += time.GetElapsedTime(asked, _counted);
            _countPause = _countCost * CountPause;
        }
    }

    [Flags]
    private enum Question
    {
        None = 0,

        /// <summary>The decisions above the ids seen.</summary>
        Above = 1,

        /// <summary>The number of all.</summary>
        Count = 2,

        /// <summary>The number above a random id.</summary>
        Part = 4,

        All = Above | Count | Part,
    }

    private enum Comparison
    {
        Equal,

        /// <summary>The missing ones may be those that end about now.</summary>
        Blurred,

        Different,
    }
}
