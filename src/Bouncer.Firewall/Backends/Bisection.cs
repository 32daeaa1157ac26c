namespace Bouncer.Firewall.Backends;

/// <summary>Finds the items that a firewall refuses, where it only says that it refuses some of a batch.</summary>
internal static class Bisection
{
    /// <summary>Carries out as many of the items as can be.</summary>
    /// <param name="items">The items; the batch of all of them need not have been tried.</param>
    /// <param name="attempts">The most attempts. One bad item among n takes about two for each halving of n.</param>
    /// <param name="tryAsync">Carries out all of a part or none of it, and says which. Not called with an empty part.</param>
    /// <returns>The items that were not carried out: refused one by one, or left in parts when the attempts were used up.</returns>
    internal static async Task<IReadOnlyList<T>> RefusedAsync<T>(IEnumerable<T> items, int attempts, Func<ArraySegment<T>, Task<bool>> tryAsync)
    {
        List<T> refused = [];

        // Breadth first: when the attempts run out, the parts that are left are as small as they could become.
        Queue<ArraySegment<T>> parts = [];
        parts.Enqueue(items.ToArray());
        while (parts.TryDequeue(out var part))
        {
            if (part.Count == 0 || (attempts-- > 0 && await tryAsync(part).ConfigureAwait(false)))
            {
                continue;
            }

            if (part.Count == 1 || attempts <= 0)
            {
                refused.AddRange(part);
                continue;
            }

            parts.Enqueue(part[..(part.Count / 2)]);
            parts.Enqueue(part[(part.Count / 2)..]);
        }

        return refused;
    }
}
