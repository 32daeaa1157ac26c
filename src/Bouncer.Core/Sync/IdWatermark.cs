using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>The id above which LAPI is queried. It follows the largest id seen with a delay, because a transaction that began earlier may
/// commit smaller ids later.</summary>
internal sealed class IdWatermark(TimeProvider time)
{
    /// <summary>How long a gap below the largest id is included in queries.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>How long if the query returns only a few decisions.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(15);

    private const int Few = 16;

    /// <summary>The maximum number of decisions that are sent again because of gaps. Late commits below a larger import are found by
    /// comparing counts.</summary>
    private const int MaxSentAgain = 1_000;

    private readonly Queue<(long At, long Id)> _seen = [];
    private long _largest;

    internal long Id { get; private set; }

    /// <summary>Records a whole list.</summary>
    internal void SawAll(DecisionRows rows, UnusableDecisions unusable)
    {
        var largest = Largest(rows, unusable, 0);
        if (largest < _largest || _largest == 0)
        {
            // The first list, or LAPI has a new database. A transaction may be open: a few decisions are sent again.
            _seen.Clear();
            _largest = 0;
            Id = BelowTheLast(Few, rows, unusable);
        }

        Note(largest, Patience);
    }

    /// <summary>Records what LAPI has above <see cref="Id"/>.</summary>
    internal void SawAbove(ListAnswer answer)
    {
        var largest = Largest(answer.Rows, answer.Unusable, Id);
        if (answer.Count > MaxSentAgain)
        {
            _seen.Clear();
            Id = largest;
        }
        else
        {
            Id = EndOfRun(answer);
        }

        Note(largest, answer.Count > Few ? Patience : LongPatience);
    }

    /// <summary>Records that LAPI has nothing above <see cref="Id"/>.</summary>
    internal void SawNothingAbove() => Note(_largest, LongPatience);

    private void Note(long largest, TimeSpan patience)
    {
        if (largest > _largest)
        {
            _largest = largest;
            _seen.Enqueue((time.GetTimestamp(), largest));
        }

        while (_seen.TryPeek(out var seen) && time.GetElapsedTime(seen.At) >= patience)
        {
            Id = Math.Max(Id, seen.Id);
            _seen.Dequeue();
        }
    }

    /// <summary>The last id of those that follow <see cref="Id"/> without a gap.</summary>
    private long EndOfRun(ListAnswer answer)
    {
        var end = Id;
        foreach (var id in answer.Rows.ToIds().Concat(answer.Unusable.Ends.Keys).Order())
        {
            if (id > end + 1)
            {
                break;
            }

            end = Math.Max(end, id);
        }

        return end;
    }

    private static long Largest(DecisionRows rows, UnusableDecisions unusable, long least)
    {
        for (var row = 1; row <= rows.Count; row++)
        {
            least = Math.Max(least, rows[row].Id);
        }

        return unusable.Ends.Keys.Aggregate(least, Math.Max);
    }

    /// <summary>The largest id but for some that are larger; 0 if there are no more than those.</summary>
    private static long BelowTheLast(int some, DecisionRows rows, UnusableDecisions unusable)
    {
        var largest = new PriorityQueue<long, long>(some + 2);

        // From the end, because most lists are in the order of ids: all others are smaller than the first few.
        for (var row = rows.Count; row > 0; row--)
        {
            Take(rows[row].Id);
        }

        foreach (var id in unusable.Ends.Keys)
        {
            Take(id);
        }

        return largest.Count > some ? largest.Peek() : 0;

        void Take(long id)
        {
            if (largest.Count <= some)
            {
                largest.Enqueue(id, id);
            }
            else if (id > largest.Peek())
            {
                largest.EnqueueDequeue(id, id);
            }
        }
    }
}
