namespace Bouncer.Firewall.Backends;

/// <summary>Finds the items that a firewall refuses, if it only reports that it refuses some of a batch.</summary>
internal static class Bisection
{
    /// <summary>Writes as many of the items as possible.</summary>
    /// <param name="items">The items; the whole batch need not have been tried.</param>
    /// <param name="attempts">The maximum number of attempts. One bad item among n takes about two for each halving of n.</param>
    /// <param name="tryAsync">Writes all of a part or none of it, and returns which. Not called with an empty part.</param>
    /// <returns>The items that were not written: refused one by one, or left over in parts when the attempts were used
    /// up.</returns>
    internal static async Task<IReadOnlyList<T>> RefusedAsync<T>(IEnumerable<T> items, int attempts, Func<ArraySegment<T>, Task<bool>> tryAsync)
    {
        List<T> refused = [];

        // Breadth first, so that the remaining parts are as small as possible when the attempts run out.
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
