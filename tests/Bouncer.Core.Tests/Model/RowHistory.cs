using Bouncer.Testing;

namespace Bouncer.Tests.Model;

/// <summary>
/// Since when LAPI's rows are as they are, in good polls of one bouncer. What changed may take until the second poll after it;
/// what went without a message takes longer while others end or come late beside it. With a shared key each bouncer misses half
/// of the messages, and until it knows that, one that came unseen may hide for some polls that another went.
/// </summary>
internal sealed class RowHistory(TimeProvider time, Func<StoredDecision, TimeSpan> patience, World world)
{
    internal const int PollsOfAChange = 2;

    private const int PollsOfASilentEnd = 8;
    private const int PollsOfALateCommit = 4;
    private const int PollsOfAChangeTakenByAnother = 10;

    /// <summary>A transaction that takes longer is found by its ids only beside a few others, else by the counts, in which
    /// what ends about now may hide it once.</summary>
    private static readonly TimeSpan LongTransaction = TimeSpan.FromMinutes(1);

    /// <summary>One that takes longer may have begun before the first list.</summary>
    private static readonly TimeSpan ShortTransaction = TimeSpan.FromSeconds(10);

    /// <summary>A LAPI that knows no ids is asked about the rows of a long list only by pulling the whole.</summary>
    internal static readonly TimeSpan TimeOfALongList = TimeSpan.FromSeconds(75);

    /// <summary>While lists are in doubt they come every half minute, and a fault may meet one.</summary>
    internal static readonly TimeSpan TimeOfListsAlone = TimeOfALongList * 2;

    /// <summary>What ends about now may be held or not: LAPI rounds to seconds.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1.5);

    private readonly Dictionary<long, Life> _lives = [];
    private int _polls;
    private int _believed;
    private int _pollsKnownToShare;

    /// <summary>Takes the table as it is before a poll.</summary>
    internal void Take(IEnumerable<StoredDecision> table)
    {
        var now = time.GetUtcNow();
        var rows = table.ToDictionary(row => row.Id);
        foreach (var (id, life) in _lives)
        {
            var row = rows.GetValueOrDefault(id);
            if (row is not null && row.Value != life.Row.Value)
            {
                // Another row under the number: the database was wiped.
                row = null;
            }

            var isLive = row?.Until > now;
            if (isLive)
            {
                if (life.Gone is not null)
                {
                    life.Came = (_polls, now);
                }

                life.Gone = null;
                life.Row = row!;
            }
            else if (life.Gone is null)
            {
                // A row that ended when it was to end, or was deleted just now, is listed as deleted.
                life.Gone = (_believed, now, IsSilent: row is null || (row.Until != life.Row.Until && row.Until < now - TimeSpan.FromSeconds(1)));
            }
        }

        foreach (var row in rows.Values.Where(row => row.Until > now))
        {
            if (!_lives.TryGetValue(row.Id, out var life) || life.Row.Value != row.Value)
            {
                if (life is not null)
                {
                    _lives[-row.Id - 1_000_000] = life;
                }

                _lives[row.Id] = new Life(row, (_polls, now));
            }
        }
    }

    /// <summary>Counts a poll.</summary>
    /// <param name="isAnswered">Whether LAPI answered all of it.</param>
    /// <param name="isBelieved">Whether the bouncer had no doubt about it.</param>
    /// <param name="knowsThatItShares">Whether the bouncer knows that its key is shared.</param>
    internal void Polled(bool isAnswered, bool isBelieved, bool knowsThatItShares)
    {
        _polls += isAnswered ? 1 : 0;
        if (!isBelieved)
        {
            return;
        }

        _believed++;
        _pollsKnownToShare = knowsThatItShares ? _pollsKnownToShare + 1 : 0;
        foreach (var id in _lives.Where(entry => entry.Value.Gone is { } gone && IsOver(gone.Polls, gone.At, gone.IsSilent, entry.Value.Row)).Select(entry => entry.Key).ToArray())
        {
            _lives.Remove(id);
        }
    }

    /// <summary>The rows that must be enforced. While LAPI fails, one whose end was moved ends as it was to.</summary>
    internal IEnumerable<StoredDecision> Must(bool isAnswered) => _lives.Values
        .Where(life => isAnswered || life.FirstUntil > time.GetUtcNow() + Rounding)
        .Where(life => life.Gone is null && IsKnown(life) && life.Row.Until > time.GetUtcNow() + Rounding)
        .Select(life => life.Row);

    /// <summary>The rows that may be enforced, those that must included.</summary>
    internal IEnumerable<StoredDecision> May() => _lives.Values.Select(life => life.Row);

    private int BoundOf(TimeSpan transaction) =>
        world.IsQuiet ? PollsOfAChange
        : world.IsKeyShared && transaction > ShortTransaction ? PollsOfAChangeTakenByAnother
        : transaction > LongTransaction ? PollsOfALateCommit
        : PollsOfAChange;

    private int BoundOf(bool isSilent) =>
        world.IsQuiet ? PollsOfAChange
        : world.IsKeyShared ? _pollsKnownToShare >= PollsOfASilentEnd ? PollsOfASilentEnd : PollsOfAChangeTakenByAnother
        : isSilent ? PollsOfASilentEnd
        : PollsOfAChange;

    private bool IsKnown(Life life) =>
        _polls - life.Came.Polls >= BoundOf(life.Came.At - life.Row.CreatedAt) && HasHadTime(life.Came.At, life.Row);

    /// <summary>Whether what went must be let go. Where LAPI miscounts, what went without a message shows in the next list.</summary>
    private bool IsOver(int believed, DateTimeOffset at, bool isSilent, StoredDecision row) =>
        _believed - believed >= BoundOf(isSilent) && HasHadTime(at, row) && !(isSilent && world.Questions == Questions.Miscounted);

    private bool HasHadTime(DateTimeOffset at, StoredDecision row) => time.GetUtcNow() - at >= patience(row);

    private sealed class Life(StoredDecision row, (int Polls, DateTimeOffset At) came)
    {
        internal StoredDecision Row { get; set; } = row;

        internal DateTimeOffset FirstUntil { get; } = row.Until;

        internal (int Polls, DateTimeOffset At) Came { get; set; } = came;

        internal (int Polls, DateTimeOffset At, bool IsSilent)? Gone { get; set; }
    }
}
