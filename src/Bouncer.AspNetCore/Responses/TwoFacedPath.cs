using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells paths that some servers read as another one, so that a milder treatment here would be that of the other, too:
/// nginx takes <c>//</c> for one slash and <c>%2F</c> for one, Tomcat leaves out what follows a semicolon, and Windows takes a
/// backslash for a slash and leaves out the dots at the end of a segment.</summary>
internal static class TwoFacedPath
{
    internal static bool Is(PathString path) =>
        path.Value is { } text
        && (text.AsSpan().ContainsAny('\\', ';')
            || text.Contains("//", StringComparison.Ordinal)
            || text.Contains("./", StringComparison.Ordinal)
            || (text.Contains("..", StringComparison.Ordinal) && text.Contains("%2F", StringComparison.OrdinalIgnoreCase)));
}
