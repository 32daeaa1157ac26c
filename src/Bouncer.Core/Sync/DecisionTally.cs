using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>The number of decisions that LAPI is expected to have.</summary>
/// <param name="Certain">Those that do not end about now.</param>
/// <param name="AtTheirEnd">Those that end about now. LAPI lists each as deleted in the first delta after its end, so one that is
/// not yet listed has most likely not ended.</param>
internal readonly record struct DecisionTally(int Certain, int AtTheirEnd)
{
    /// <summary>The inaccuracy of the ends known here: LAPI rounds them, and answers take time to arrive.</summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    internal int Sum => Certain + AtTheirEnd;

    public static DecisionTally operator +(DecisionTally left, DecisionTally right) =>
        new(left.Certain + right.Certain, left.AtTheirEnd + right.AtTheirEnd);

    internal static DecisionTally Of(IEnumerable<long> deadlines, TimeProvider time)
    {
        var (_, soon) = About(time);
        var tally = default(DecisionTally);
        foreach (var deadline in deadlines)
        {
            tally += deadline >= soon ? new(1, 0) : new(0, 1);
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
