using System.Globalization;

namespace Bouncer.Telemetry;

/// <summary>Prepares external text for a log line: short, and without characters that end the line or change its
/// appearance.</summary>
internal static class LogText
{
    private const int Longest = 100;

    internal static string Of(string? text)
    {
        var kept = text is null ? "" : text.Length <= Longest ? text : text[..Longest];
        return kept.Any(IsOdd) ? string.Concat(kept.Select(character => IsOdd(character) ? '?' : character)) : kept;
    }

    private static bool IsOdd(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;
}
