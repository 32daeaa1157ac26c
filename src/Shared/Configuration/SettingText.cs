using System.Globalization;

namespace Bouncer.Configuration;

/// <summary>Parses a value strictly, and formats it so that the configuration binder reads the same value.</summary>
internal static class SettingText
{
    /// <summary>Returns the value in the form for the binder; null if it is invalid for its kind.</summary>
    /// <param name="node">The node of the setting.</param>
    /// <param name="written">The text, which does not consist only of blanks.</param>
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

    // A range beyond 32 bits belongs to a 64-bit property.
    private static bool IsInteger(SettingNode node, string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
        && (number is >= int.MinValue and <= int.MaxValue || (long.TryParse(node.Range?.Highest, CultureInfo.InvariantCulture, out var highest) && highest > int.MaxValue));

    // The framework's parser reads 24:00:00 and 24 as days.
    private static string? Time(string text) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && text.Contains(':', StringComparison.Ordinal)
            ? time.ToString("c", CultureInfo.InvariantCulture)
            : null;
}
