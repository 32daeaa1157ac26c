using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Detects paths that some servers read as a different one, so that the milder policy of this path would apply to the
/// other as well: nginx merges <c>//</c> into one slash, Tomcat drops what follows a semicolon, Windows reads a backslash as a
/// slash, drops dots and spaces at the end of a segment, and reads the text after a colon as the name of a file stream. Servers
/// that normalise replace characters by their compatible forms, and others drop invisible characters. A decoded <c>%3F</c> or
/// <c>%23</c> ends the path for a server that parses the decoded path again. A server in C ends a text at a control character or
/// drops the character, and a server that decodes twice also decodes what was encoded twice.</summary>
internal static class AmbiguousPath
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f";

    /// <summary>Characters that a Windows or Japanese code page converts to path delimiters. Accented letters lose their accents
    /// there as well (Ā becomes A), but to include those would subject all paths in other languages to the strictest
    /// policy.</summary>
    private const string BestFit = "\u2044\u2215\u2216\u29f5\u00a5\u20a9\uffe5\uffe6\u2236\u0589\u066a";

    private static readonly SearchValues<char> Doubtful = SearchValues.Create("\\;:?#" + Controls + BestFit);

    /// <summary>A segment that is empty, or ends with a dot or a space.</summary>
    private static readonly SearchValues<string> DoubtfulPairs = SearchValues.Create(["//", "./", " /"], StringComparison.Ordinal);

    internal static bool Is(PathString path) =>
        path.Value is { } text
        && (text.AsSpan().ContainsAny(Doubtful)
            || text.AsSpan().ContainsAny(DoubtfulPairs)
            || text.EndsWith('.')
            || text.EndsWith(' ')
            || CompatibleForms.AreIn(text)
            || IsEncoded(text, canHoldSlashes: !text.Contains("..", StringComparison.Ordinal)));

    /// <summary>Whether something remains to be decoded. ASP.NET Core decodes everything but <c>%2F</c>, once: a slash in a
    /// segment, which an identifier may contain, does not by itself lead to a parent folder. Some servers also take <c>%u</c> and
    /// four digits for a character.</summary>
    private static bool IsEncoded(ReadOnlySpan<char> text, bool canHoldSlashes)
    {
        while (text.IndexOf('%') is var at and >= 0)
        {
            text = text[(at + 1)..];
            if (text is ['u' or 'U', var first, var second, var third, var fourth, ..]
                && char.IsAsciiHexDigit(first)
                && char.IsAsciiHexDigit(second)
                && char.IsAsciiHexDigit(third)
                && char.IsAsciiHexDigit(fourth))
            {
                return true;
            }

            if (text is [var high, var low, ..]
                && char.IsAsciiHexDigit(high)
                && char.IsAsciiHexDigit(low)
                && !(canHoldSlashes && (high, low) is ('2', 'F' or 'f')))
            {
                return true;
            }
        }

        return false;
    }
}
