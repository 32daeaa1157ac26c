using System.Globalization;
using System.Text;

namespace LocalApi;

// JSON as Go's encoder writes it: what it escapes, and what it leaves alone, is part of the recorded answers.
internal static class GoJson
{
    public static string Message(string message) => AppendString(new StringBuilder("{\"message\":"), message).Append('}').ToString();

    public static StringBuilder AppendDecision(StringBuilder json, StoredDecision row, DateTimeOffset now, LocalApiDialect dialect, bool withUuid)
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
        return AppendString(json, row.Value).Append('}');
    }

    // Go's encoder has no empty list for a nil slice: it writes null.
    public static StringBuilder AppendListOrNull(StringBuilder json, List<StoredDecision> rows, DateTimeOffset now, LocalApiDialect dialect) =>
        rows.Count == 0 ? json.Append("null") : AppendItems(json.Append('['), rows, now, dialect, withUuid: false).Append(']');

    public static StringBuilder AppendItems(StringBuilder json, IEnumerable<StoredDecision> rows, DateTimeOffset now, LocalApiDialect dialect, bool withUuid)
    {
        var first = true;
        foreach (var row in rows)
        {
            if (!first)
            {
                json.Append(',');
            }

            AppendDecision(json, row, now, dialect, withUuid);
            first = false;
        }

        return json;
    }

    private static StringBuilder AppendString(StringBuilder json, string text)
    {
        json.Append('"');
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
