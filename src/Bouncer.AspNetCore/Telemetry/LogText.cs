using System.Globalization;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>Texts of others in a line of the log: short, and without characters that end the line or change how it looks.</summary>
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
