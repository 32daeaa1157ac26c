using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Bouncer.AspNetCore.Remediations.Mfa;

/// <summary>Where a visitor comes back to after the second factor: always on this site, however the request was written.</summary>
internal static class LocalReturn
{
    private const int Longest = 2048;

    /// <summary>The request itself; for one that cannot be repeated by following a link, the page it came from.</summary>
    internal static string UrlOf(HttpRequest request)
    {
        var home = request.PathBase.ToUriComponent() + "/";
        var wanted = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent()
            : RefererOf(request);
        return wanted is not null && IsLocal(wanted) ? wanted : IsLocal(home) ? home : "/";
    }

    /// <summary>One slash first and neither a second one nor a backslash after it, which browsers read as another host's name.</summary>
    internal static bool IsLocal(string url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..]
        && url.Length <= Longest
        && !url.AsSpan().ContainsAnyInRange('\0', ' ')
        && !url.Contains('\\', StringComparison.Ordinal);

    private static string? RefererOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var referer)
        && referer.GetLeftPart(UriPartial.Authority).Equals(UriHelper.BuildAbsolute(request.Scheme, request.Host).TrimEnd('/'), StringComparison.OrdinalIgnoreCase)
            ? referer.PathAndQuery
            : null;
}
