using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>JSON as Go's encoder writes it, because its escapes are part of the recorded answers.</summary>
internal static class GoJson
{
    private const int PieceLength = 16 * 1024;

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create(string.Concat(Enumerable.Range(0, ' ').Select(c => (char)c)) + "\"\\<>&\u2028\u2029");

    public static string Message(string message) => AppendString(new StringBuilder("{\"message\":"), message).Append('}').ToString();

    private static void AppendDecision(StringBuilder json, StoredDecision row, DateTimeOffset now, LocalApiDialect dialect, bool withUuid)
    {
        var left = row.Until - now;
        var duration = GoDuration.Format(dialect == LocalApiDialect.Newest ? GoDuration.RoundToSecond(left) : left);
        json.Append(CultureInfo.InvariantCulture, $"{{\"duration\":\"{duration}\",\"id\":{row.Id},\"origin\":");
        AppendString(json, row.Origin).Append(",\"scenario\":");
        AppendString(json, row.Scenario).Append(",\"scope\":");
        AppendString(json, row.Scope).Append(",\"type\":");
        AppendString(json, row.Type);
        if (withUuid)
        {
            json.Append(CultureInfo.InvariantCulture, $",\"uuid\":\"{row.Uuid}\"");
        }

        json.Append(",\"value\":");
        AppendString(json, row.Value).Append('}');
    }

    // In pieces, because a list may be long. Go's encoder writes null for a nil slice, not an empty list.
    public static IEnumerable<string> ListOrNull(List<StoredDecision> rows, DateTimeOffset now, LocalApiDialect dialect) =>
        rows.Count == 0 ? ["null"] : Items(rows, now, dialect, withUuid: false).Prepend("[").Append("]");

    public static IEnumerable<string> Items(List<StoredDecision> rows, DateTimeOffset now, LocalApiDialect dialect, bool withUuid)
    {
        var json = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            if (i > 0)
            {
                json.Append(',');
            }

            AppendDecision(json, rows[i], now, dialect, withUuid);
            if (json.Length >= PieceLength)
            {
                yield return json.ToString();
                json.Clear();
            }
        }

        yield return json.ToString();
    }

    public static StringBuilder AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        if (!text.AsSpan().ContainsAny(Escaped))
        {
            return json.Append(text).Append('"');
        }

        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }
}
