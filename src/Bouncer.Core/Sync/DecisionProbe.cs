using Bouncer.Decisions;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>A decision that LAPI is queried for.</summary>
internal readonly record struct DecisionProbe(long Id, string Value)
{
    internal DecisionSelection Selection => new() { Value = Value };

    internal static DecisionProbe Of(DecisionRows rows, int row) => new(rows[row].Id, rows.Value(row));

    /// <summary>Chooses some of the rows at random, up to a maximum number.</summary>
    internal static DecisionProbe[] Some(DecisionRows rows, int count, Random random)
    {
        if (rows.Count <= count)
        {
            return [.. Enumerable.Range(1, rows.Count).Select(row => Of(rows, row))];
        }

        var some = new HashSet<int>();
        while (some.Count < count)
        {
            some.Add(random.Next(1, rows.Count + 1));
        }

        return [.. some.Select(row => Of(rows, row))];
    }

    /// <summary>Whether an answer contains the decision. A decision whose id cannot be read may be the same one.</summary>
    internal bool IsIn(ListAnswer answer)
    {
        var id = Id;
        return !answer.Unusable.AreAllKnown
            || answer.Unusable.Ends.ContainsKey(id)
            || Enumerable.Range(1, answer.Rows.Count).Any(row => answer.Rows[row].Id == id);
    }
}
