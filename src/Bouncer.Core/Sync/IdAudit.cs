using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>Asks what LAPI has above the ids seen, which finds what deltas leave out, and how much it has, which finds what
/// went without a message.</summary>
internal sealed class IdAudit(LapiQuestions questions, DecisionLedger ledger, IdWatermark watermark, EndWatch ends, SharedKeyWatch key, SyncMetrics metrics, TimeProvider time) : IListAudit
{
    /// <summary>LAPI counts by reading: it is asked so seldom that this takes no more than a fiftieth of the time.</summary>
    private const int CountPause = 50;

    /// <summary>While more decisions are at their end, LAPI's count says little.</summary>
    private const int MaxAtTheirEnd = 100;

    /// <summary>One of so many questions is about a part.</summary>
    private const int PartInTurn = 16;

    private int _turn;
    private long _counted;
    private TimeSpan _countPause;
    private bool _isInDoubt;
    private long? _part;

    public async Task<bool> IsInStepAsync(bool isThorough, CancellationToken cancellationToken)
    {
        var question = isThorough ? Question.All : NextQuestion();
        if (!_isInDoubt && time.GetElapsedTime(_counted) < _countPause)
        {
            // The number has its turn as soon as the pause is over.
            question = Question.Above;
            _turn &= ~1;
        }

        if (question.HasFlag(Question.Above))
        {
            await AskAboveAsync(cancellationToken).ConfigureAwait(false);
        }

        _isInDoubt = ledger.IsComplete && !await CountsAgreeAsync(question, cancellationToken).ConfigureAwait(false);
        return !_isInDoubt;
    }

    /// <summary>Ids and the number in turn, so that what came late below the ids is found by the number within two polls.</summary>
    private Question NextQuestion()
    {
        _turn = (_turn + 1) % PartInTurn;
        return _turn % 2 == 1 ? Question.Count : _turn == 0 ? Question.Part : Question.Above;
    }

    private async Task AskAboveAsync(CancellationToken cancellationToken)
    {
        if (await questions.AskAsync(new DecisionSelection { AboveId = watermark.Id }, cancellationToken).ConfigureAwait(false) is not { } answer)
        {
            return;
        }

        if (answer.Count == 0)
        {
            watermark.SawNothingAbove();
            return;
        }

        if (answer.Rows.ToIds().Any(id => id > 0 && id <= watermark.Id))
        {
            // Another LAPI, one that does not know the question. What it answered is right all the same.
            questions.Forget();
        }
        else
        {
            watermark.SawAbove(answer);
        }

        var found = ledger.Add(answer);
        key.Found(found);
        metrics.Found(found.Count);
    }

    private async Task<bool> CountsAgreeAsync(Question question, CancellationToken cancellationToken)
    {
        if (question.HasFlag(Question.Count) && !await CountsAgreeAsync(above: null, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        // One that went and one that came late make up for each other in the sum. A part that differed is compared again.
        if (question.HasFlag(Question.Part))
        {
            _part = _isInDoubt && _part is { } same ? same : ledger.Sample()?.Id;
            return _part is null || await CountsAgreeAsync(_part, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> CountsAgreeAsync(long? above, CancellationToken cancellationToken)
    {
        var expected = (above is { } id ? ledger.Tally(id) : ledger.Tally()) + new DecisionTally(0, ends.CountRecent());
        if (expected.AtTheirEnd > MaxAtTheirEnd)
        {
            return true;
        }

        // From the last one that must be there on: it comes, and so may those at their end, and no more.
        var (offset, least) = expected.Certain > 0 ? (expected.Certain - 1, 1) : (0, 0);
        var most = least + expected.AtTheirEnd;
        var selection = new DecisionSelection { AboveId = above, Offset = offset, Limit = most + 1 };
        var asked = time.GetTimestamp();
        var answer = await questions.AskAsync(selection, cancellationToken).ConfigureAwait(false);
        _counted = time.GetTimestamp();
        _countPause = time.GetElapsedTime(asked, _counted) * CountPause;
        return answer is null || (answer.Count >= least && answer.Count <= most);
    }

    [Flags]
    private enum Question
    {
        None = 0,

        /// <summary>What is above the ids seen.</summary>
        Above = 1,

        /// <summary>How many there are.</summary>
        Count = 2,

        /// <summary>How many there are above any id.</summary>
        Part = 4,

        All = Above | Count | Part,
    }
}
