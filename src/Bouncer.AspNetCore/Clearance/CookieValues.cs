using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Finds cookies in the order in which the browser sends them: a neighbouring host of the same domain can set one of the
/// same name, and the framework returns only one of them.</summary>
internal static class CookieValues
{
    /// <summary>Finds the values of a cookie whose length allows them to be tickets.</summary>
    /// <param name="header">The header Cookie.</param>
    /// <param name="name">The cookie's name, compared exactly.</param>
    /// <param name="values">Receives the values; its length limits their number.</param>
    /// <param name="isAny">Whether any cookie has that name. Empty ones do not count.</param>
    /// <returns>The number of values found.</returns>
    internal static int Find(StringValues header, string name, Span<string?> values, out bool isAny)
    {
        var count = 0;
        isAny = false;
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim();
                if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    isAny = true;
                    var value = pair[(name.Length + 1)..];
                    if (value.Length is < ClearanceProtector.ShortestText or > ClearanceProtector.LongestText)
                    {
                        continue;
                    }

                    values[count++] = value.ToString();
                    if (count == values.Length)
                    {
                        return count;
                    }
                }
            }
        }

        return count;
    }

    /// <summary>Finds cookies whose names have a common prefix.</summary>
    /// <param name="header">The header Cookie.</param>
    /// <param name="prefix">The prefix, compared exactly.</param>
    /// <param name="suffix">The number of characters that follow.</param>
    /// <param name="most">The maximum number to return.</param>
    internal static List<(string Name, string Value)> Alike(StringValues header, string prefix, int suffix, int most)
    {
        List<(string Name, string Value)> found = [];
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim();
                var length = prefix.Length + suffix;
                if (found.Count < most && pair.Length > length && pair[length] == '=' && pair.StartsWith(prefix, StringComparison.Ordinal))
                {
                    found.Add((pair[..length].ToString(), pair[(length + 1)..].ToString()));
                }
            }
        }

        return found;
    }
}
