using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Determines where a client goes once it has passed a challenge: always a path of this site, even if the client names
/// another.</summary>
internal static class ReturnPath
{
    private const int Longest = 2048;

    /// <summary>The path to which this request wanted to go.</summary>
    internal static string Of(HttpRequest request, string prefix) =>
        Local(UriHelper.BuildRelative(request.PathBase, request.Path, request.QueryString), request, prefix);

    /// <summary>The path if it belongs to this site and not to the bouncer's own pages; otherwise the site's root.</summary>
    /// <remarks>Browsers drop tabs and line ends, and take a backslash for a slash.</remarks>
    internal static string Local(string? path, HttpRequest request, string prefix) =>
        path is { Length: > 0 and <= Longest } && path[0] == '/' && (path.Length == 1 || path[1] != '/') && IsPlain(path) && !IsOwn(path, request, prefix)
            ? path
            : request.PathBase.ToUriComponent() + "/";

    private static bool IsPlain(string path) => !path.AsSpan().ContainsAnyExceptInRange('!', '~') && !path.Contains('\\', StringComparison.Ordinal);

    private static bool IsOwn(string path, HttpRequest request, string prefix)
    {
        // A path base is optional in a request, so its pages have both forms.
        return IsBelow(path, prefix) || (request.PathBase.HasValue && IsBelow(path, request.PathBase.ToUriComponent() + prefix));
    }

    private static bool IsBelow(string path, string own) =>
        path.StartsWith(own, StringComparison.OrdinalIgnoreCase) && (path.Length == own.Length || path[own.Length] is '/' or '?' or '#');
}
