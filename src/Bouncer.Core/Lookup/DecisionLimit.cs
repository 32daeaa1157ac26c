namespace Bouncer.Lookup;

/// <summary>Chooses which decisions are removed if there are too many: the weakest first, and among equally strong ones those that
/// end first.</summary>
internal static class DecisionLimit
{
    internal static List<int> Weakest(DecisionIndex index, int count)
    {
        // The strongest decision chosen so far is dequeued first.
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
