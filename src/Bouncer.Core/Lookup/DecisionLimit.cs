using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>Chooses what goes when there are more decisions than may be held: the weakest first, of equal strength those
/// that end first.</summary>
internal static class DecisionLimit
{
    /// <summary>A list, or the strongest of it if it is too long.</summary>
    internal static DecisionRows Strongest(DecisionRows list, int max, RemediationSeverities severities)
    {
        if (list.Count <= max)
        {
            return list;
        }

        var rows = Enumerable.Range(1, list.Count).ToArray();
        var strengths = Array.ConvertAll(rows, row => new Strength(-severities.Of(list.Kind(row).Remediation), -list[row].Deadline));
        Array.Sort(strengths, rows);
        var kept = new DecisionRows();
        foreach (var row in rows.AsSpan(0, max))
        {
            kept.AddFrom(list, row);
        }

        return kept;
    }

    /// <summary>The weakest decisions held.</summary>
    internal static List<int> Weakest(DecisionIndex index, int count)
    {
        // The strongest of those chosen so far comes out first.
        var chosen = new PriorityQueue<int, Strength>(count + 1);
        foreach (var row in index.Enumerate())
        {
            chosen.Enqueue(row, new(-index.Held.Severity(row), -index.Held.Rows[row].Deadline));
            if (chosen.Count > count)
            {
                chosen.Dequeue();
            }
        }

        return [.. chosen.UnorderedItems.Select(item => item.Element)];
    }

    /// <summary>Negated, so that the strongest comes first.</summary>
    private readonly record struct Strength(int Severity, long Deadline) : IComparable<Strength>
    {
        public int CompareTo(Strength other) =>
            Severity != other.Severity ? Severity.CompareTo(other.Severity) : Deadline.CompareTo(other.Deadline);
    }
}
