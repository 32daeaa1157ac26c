using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Remediations.Clearance;

/// <summary>Finds every value of a cookie in the order in which the browser sends them: a neighbouring host of the same domain can
/// set one of the same name, and the framework tells only one of them.</summary>
internal static class CookieValues
{
    /// <param name="header">The header Cookie.</param>
    /// <param name="name">The cookie's name, compared exactly.</param>
    /// <param name="longest">A longer value counts, and is told as an empty text.</param>
    /// <param name="values">Where they go; no more are looked for than there is room for.</param>
    /// <returns>How many there are. Empty ones do not count.</returns>
    internal static int Find(StringValues header, string name, int longest, Span<string?> values)
    {
        var count = 0;
        foreach (var line in header)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim();
                if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    var value = pair[(name.Length + 1)..];
                    values[count++] = value.Length <= longest ? value.ToString() : "";
                    if (count == values.Length)
                    {
                        return count;
                    }
                }
            }
        }

        return count;
    }
}
