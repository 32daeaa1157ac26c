using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>A query string as Go's net/url reads it: a pair with a semicolon or a broken escape is dropped, and the first of
/// several values is used.</summary>
internal static class GoQuery
{
    public static Dictionary<string, string> Parse(string query)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            if (!pair.Contains(';', StringComparison.Ordinal)
                && TryUnescape(equals < 0 ? pair : pair[..equals], out var name)
                && TryUnescape(equals < 0 ? "" : pair[(equals + 1)..], out var value))
            {
                values.TryAdd(name, value);
            }
        }

        return values;
    }

    private static bool TryUnescape(string text, out string result)
    {
        var bytes = new List<byte>(text.Length);
        result = "";
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i] == '+' ? " " : text[i].ToString()));
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }

            bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
            i += 2;
        }

        result = Encoding.UTF8.GetString([.. bytes]);
        return true;
    }
}
