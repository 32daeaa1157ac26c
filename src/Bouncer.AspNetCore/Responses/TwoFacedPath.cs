using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells paths that some servers read as another one, so that a milder treatment here would be that of the other, too:
/// Tomcat takes <c>..;</c> for <c>..</c>, Windows a backslash for a slash, nginx <c>%2F</c> for one.</summary>
internal static class TwoFacedPath
{
    internal static bool Is(PathString path) =>
        path.Value is { } text
        && (text.Contains('\\', StringComparison.Ordinal)
            || (text.Contains("..", StringComparison.Ordinal)
                && (text.Contains("..;", StringComparison.Ordinal) || text.Contains("%2F", StringComparison.OrdinalIgnoreCase))));
}
