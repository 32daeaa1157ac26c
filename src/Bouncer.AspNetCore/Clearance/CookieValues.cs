using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Finds cookies in the order in which the browser sends them: a neighbouring host of the same domain can set one of the
/// same name, and the framework tells only one of them.</summary>
internal static class CookieValues
{
    /// <summary>Finds the values of a cookie that may be a ticket, by their length.</summary>
    /// <param name="header">The header Cookie.</param>
    /// <param name="name">The cookie's name, compared exactly.</param>
    /// <param name="values">Where they go; no more are looked for than there is room for.</param>
    /// <param name="isAny">Whether there is a cookie of the name at all. Empty ones do not count.</param>
    /// <returns>How many there are.</returns>
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

    /// <summary>Finds cookies whose names begin alike.</summary>
    /// <param name="header">The header Cookie.</param>
    /// <param name="prefix">How they begin, compared exactly.</param>
    /// <param name="suffix">How many characters follow.</param>
    /// <param name="most">No more are looked for.</param>
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
