namespace Bouncer.Lookup;

/// <summary>Chooses what goes when there are more decisions than may be held: the weakest first, of equal strength those
/// that end first.</summary>
internal static class DecisionLimit
{
    internal static List<int> Weakest(DecisionIndex index, int count)
    {
        // The strongest of those chosen so far comes out first.
        var chosen = new PriorityQueue<int, (int Severity, long Deadline)>(count + 1);
        foreach (var row in index.Enumerate())
        {
            chosen.Enqueue(row, (-index.Held.Severity(row), -index.Held.Rows[row].Deadline));
            if (chosen.Count > count)
            {
                chosen.Dequeue();
            }
        }

        return [.. chosen.UnorderedItems.Select(item => item.Element)];
    }
}
