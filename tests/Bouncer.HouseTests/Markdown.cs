using System.Text.RegularExpressions;

namespace Bouncer.HouseTests;

/// <summary>The few parts of a page that tests look at.</summary>
internal static partial class Markdown
{
    /// <summary>A fenced piece of code.</summary>
    /// <param name="Language">What the fence says after its marks; may carry words after the language.</param>
    /// <param name="Line">Where it begins, counted from 1.</param>
    /// <param name="Text">What it holds.</param>
    internal sealed record Fence(string Language, int Line, string Text);

    internal static IEnumerable<Fence> Fences(RepositoryFile page)
    {
        var lines = page.Lines;
        for (var at = 0; at < lines.Length; at++)
        {
            if (!IsMark(lines[at]))
            {
                continue;
            }

            var begin = at;
            for (at++; at < lines.Length && !IsMark(lines[at]); at++)
            {
            }

            yield return new Fence(lines[begin].Trim()[3..].Trim(), begin + 1, string.Join('\n', lines[(begin + 1)..at]));
        }
    }

    /// <summary>The rows of all tables below a heading, as cells; without head rows.</summary>
    internal static IEnumerable<string[]> Rows(RepositoryFile page, string heading)
    {
        var isBelow = false;
        var isBody = false;
        foreach (var line in page.Lines)
        {
            if (line.StartsWith('#'))
            {
                isBelow = line.TrimStart('#').Trim() == heading;
            }

            isBody = line.StartsWith('|') && (isBody || line.StartsWith("|-", StringComparison.Ordinal) || line.StartsWith("| -", StringComparison.Ordinal));
            if (isBelow && isBody && !line.Replace("-", "", StringComparison.Ordinal).Replace("|", "", StringComparison.Ordinal).Trim().Equals("", StringComparison.Ordinal))
            {
                yield return [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
            }
        }
    }

    internal static IEnumerable<string> Headings(RepositoryFile page) =>
        page.Lines.Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim());

    /// <summary>The texts between backticks.</summary>
    internal static IEnumerable<string> Codes(string text) => CodePattern().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>Fences may be indented, as in the steps of a list.</summary>
    private static bool IsMark(string line) => line.AsSpan().TrimStart().StartsWith("```");

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodePattern();
}
