using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary> The data that many versions of the index share: the decisions, and the sets of decisions on one network or value. What
/// a network or value holds is one number: positive for a single decision, negative for a set of several. Only grows; when too much
/// of it is unused, the store is rebuilt from the live decisions. </summary>
internal sealed class DecisionArena
{
    private readonly ChunkedList<int[]> _sets = new();
    private readonly RemediationSeverities _severities;

    internal DecisionArena(DecisionRows rows, RemediationSeverities severities)
    {
        Rows = rows;
        _severities = severities;
    }

    internal DecisionRows Rows { get; }

    internal ExpiringRowBitmap Due { get; } = new();

    /// <summary>The total number of decisions in all sets, including sets that no version uses any more.</summary>
    internal long Members { get; private set; }

    /// <summary>The decisions of one network or value, strongest first.</summary>
    internal ReadOnlySpan<int> RowsOf(in int held) => held switch
    {
        0 => [],
        > 0 => new ReadOnlySpan<int>(in held),
        _ => _sets[-held],
    };

    /// <summary>The strongest live decision of a network or value; 0 if there is none.</summary>
    internal int FirstAlive(int held, long now)
    {
        if (held < 0)
        {
            return FirstAlive(_sets[-held], now);
        }

        return IsAlive(held, now) ? held : 0;
    }

    private int FirstAlive(int[] rows, long now)
    {
        foreach (var row in rows)
        {
            if (IsAlive(row, now))
            {
                return row;
            }
        }

        return 0;
    }

    /// <summary>The live decisions of a network or value, strongest first.</summary>
    internal int[] Alive(int held, long now) => Array.FindAll(RowsOf(held).ToArray(), row => IsAlive(row, now));

    internal bool IsAlive(int row, long now) => !Due.MayBeExpired(row, now) || Rows[row].Deadline > now;

    internal int Severity(int row) => _severities.Of(Rows.Kind(row).Remediation);

    /// <summary>Reserves the number of a set.</summary>
    internal int ReserveSet() => -_sets.Add([]);

    /// <summary>Fills a reserved set with its decisions.</summary>
    internal void FillSet(int set, IEnumerable<int> rows)
    {
        // Among equally strong ones, the one that ends later comes first, so that the choice does not depend on the order of
        // arrival.
        int[] sorted = [.. rows.OrderByDescending(Severity).ThenByDescending(row => Rows[row].Deadline)];
        _sets.Set(-set, sorted);
        Members += sorted.Length;
    }
}
