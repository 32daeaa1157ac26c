using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells paths that some servers read as another one, so that a milder treatment here would be that of the other, too:
/// nginx takes <c>//</c> for one slash, Tomcat leaves out what follows a semicolon, Windows takes a backslash for a slash and leaves
/// out the dots at the end of a segment, and a server that decodes once more finds a slash or dots where a percent sign and two
/// hexadecimal digits are left.</summary>
internal static class TwoFacedPath
{
    internal static bool Is(PathString path) =>
        path.Value is { } text
        && (text.AsSpan().ContainsAny('\\', ';')
            || text.Contains("//", StringComparison.Ordinal)
            || text.Contains("./", StringComparison.Ordinal)
            || text.EndsWith('.')
            || IsEncoded(text));

    /// <summary>Whether something is left to decode: ASP.NET Core decodes all but <c>%2F</c>, once.</summary>
    private static bool IsEncoded(ReadOnlySpan<char> text)
    {
        while (text.IndexOf('%') is var at and >= 0)
        {
            text = text[(at + 1)..];
            if (text is [var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
            {
                return true;
            }
        }

        return false;
    }
}
