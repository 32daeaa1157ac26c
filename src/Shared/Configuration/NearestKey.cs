namespace Bouncer.Configuration;

/// <summary>Finds the intended key of a misspelt one.</summary>
internal static class NearestKey
{
    /// <summary>Returns the key with the smallest distance; null if more than a third of the letters differ.</summary>
    /// <param name="key">The misspelt key.</param>
    /// <param name="known">The existing keys.</param>
    internal static string? Find(string key, IEnumerable<string> known)
    {
        var (nearest, distance) = ((string?)null, (Math.Max(key.Length, 3) / 3) + 1);
        foreach (var candidate in known)
        {
            var other = Distance(key.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (other < distance)
            {
                (nearest, distance) = (candidate, other);
            }
        }

        return nearest;
    }

    /// <summary>The number of letters to insert, delete, replace or swap with their neighbour.</summary>
    private static int Distance(string one, string other)
    {
        var costs = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                costs[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1,
                    costs[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[one.Length, other.Length];
    }
}
