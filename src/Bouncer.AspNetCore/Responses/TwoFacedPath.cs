using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells paths that some servers read as another one, so that a milder treatment here would be that of the other, too:
/// nginx takes <c>//</c> for one slash, Tomcat leaves out what follows a semicolon, Windows takes a backslash for a slash and leaves
/// out the dots at the end of a segment, and a server that decodes once more finds what was encoded twice.</summary>
internal static class TwoFacedPath
{
    internal static bool Is(PathString path) =>
        path.Value is { } text
        && (text.AsSpan().ContainsAny('\\', ';')
            || text.Contains("//", StringComparison.Ordinal)
            || text.Contains("./", StringComparison.Ordinal)
            || text.EndsWith('.')
            || IsEncoded(text, canHoldSlashes: !text.Contains("..", StringComparison.Ordinal)));

    /// <summary>Whether something is left to decode. ASP.NET Core decodes all but <c>%2F</c>, once: a slash in a segment, which an
    /// identifier may have, is no way up by itself.</summary>
    private static bool IsEncoded(ReadOnlySpan<char> text, bool canHoldSlashes)
    {
        while (text.IndexOf('%') is var at and >= 0)
        {
            text = text[(at + 1)..];
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
