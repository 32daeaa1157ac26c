using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>
/// What many versions of the index share: the decisions themselves and which of them lie on one network or value. A number
/// stands for what a network or value holds: above zero one decision, below zero a set of several. Only grows; when too
/// much of it is dead, the store is rebuilt from what lives.
/// </summary>
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

    /// <summary>How many decisions all sets name together, those that no version knows any more included.</summary>
    internal long Members { get; private set; }

    /// <summary>The decisions of one network or value, strongest first.</summary>
    internal ReadOnlySpan<int> RowsOf(in int held) => held switch
    {
        0 => [],
        > 0 => new ReadOnlySpan<int>(in held),
        _ => _sets[-held],
    };

    /// <summary>The strongest decision of a network or value that lives; 0 if none does.</summary>
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

    /// <summary>The decisions of a network or value that live, strongest first.</summary>
    internal int[] Alive(int held, long now) => Array.FindAll(RowsOf(held).ToArray(), row => IsAlive(row, now));

    internal bool IsAlive(int row, long now) => !Due.MayBeExpired(row, now) || Rows[row].Deadline > now;

    internal int Severity(int row) => _severities.Of(Rows.Kind(row).Remediation);

    /// <summary>The number of a set to come.</summary>
    internal int ReserveSet() => -_sets.Add([]);

    /// <summary>Gives a reserved set its decisions.</summary>
    internal void FillSet(int set, IEnumerable<int> rows)
    {
        // Of equal strength the one that lives longer comes first, so that the choice does not depend on arrival.
        int[] sorted = [.. rows.OrderByDescending(Severity).ThenByDescending(row => Rows[row].Deadline)];
        _sets.Set(-set, sorted);
        Members += sorted.Length;
    }
}
