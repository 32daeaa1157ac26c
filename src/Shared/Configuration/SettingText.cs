using System.Globalization;

namespace Bouncer.Configuration;

/// <summary>Reads a value strictly, and writes it so that the configuration binder reads the same.</summary>
internal static class SettingText
{
    /// <summary>The value as the binder is to read it; null if it is none of its kind.</summary>
    /// <param name="node">What it has to be.</param>
    /// <param name="written">The text, with more than blanks.</param>
    internal static string? Clean(SettingNode node, string written)
    {
        var text = node.KeepsBlanks ? written : written.Trim();
        return node.Kind switch
        {
            SettingKind.Boolean => bool.TryParse(text, out _) ? text : null,
            SettingKind.Integer => IsInteger(node, text) ? text : null,
            SettingKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text : null,
            SettingKind.Time => Time(text),
            SettingKind.Url => Uri.TryCreate(text, UriKind.Absolute, out _) ? text : null,
            SettingKind.Choice => node.Choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase)),
            _ => text,
        };
    }

    // A range that needs 64 bits belongs to a property that has them.
    private static bool IsInteger(SettingNode node, string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
        && (number is >= int.MinValue and <= int.MaxValue || (long.TryParse(node.Range?.Highest, CultureInfo.InvariantCulture, out var highest) && highest > int.MaxValue));

    // The lenient reading takes 24:00:00 and 24 for days.
    private static string? Time(string text) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && text.Contains(':', StringComparison.Ordinal)
            ? time.ToString("c", CultureInfo.InvariantCulture)
            : null;
}
