using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>How many decisions LAPI is expected to have. Those at their end may be counted or not.</summary>
/// <param name="Certain">Those that live for some time.</param>
/// <param name="AtTheirEnd">Those that end about now.</param>
internal readonly record struct DecisionTally(int Certain, int AtTheirEnd)
{
    /// <summary>How far the ends known here may be off: LAPI rounds them, and the answers were on their way.</summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    public static DecisionTally operator +(DecisionTally left, DecisionTally right) =>
        new(left.Certain + right.Certain, left.AtTheirEnd + right.AtTheirEnd);

    internal static DecisionTally Of(DecisionRows rows, TimeProvider time) => Of(Enumerable.Range(1, rows.Count).Select(row => rows[row].Deadline), time);

    internal static DecisionTally Of(IEnumerable<long> deadlines, TimeProvider time)
    {
        var (from, to) = About(time);
        var tally = default(DecisionTally);
        foreach (var deadline in deadlines)
        {
            tally += deadline >= to ? new(1, 0) : new(0, deadline >= from ? 1 : 0);
        }

        return tally;
    }

    /// <summary>The timestamps between which a decision is at its end.</summary>
    internal static (long From, long To) About(TimeProvider time)
    {
        var now = time.GetTimestamp();
        var margin = (long)(Margin.TotalSeconds * time.TimestampFrequency);
        return (now - margin, now + margin);
    }
}
