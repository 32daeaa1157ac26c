using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Where a visitor comes back to after the second factor: the request itself or, if it cannot be repeated by following a
/// link, the page it came from.</summary>
internal static class LocalReturn
{
    internal static string PathOf(HttpRequest request, string prefix) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            ? ReturnPath.Of(request, prefix)
            : ReturnPath.Local(RefererOf(request), request, prefix);

    private static string? RefererOf(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var referer)
        && referer.GetLeftPart(UriPartial.Authority).Equals($"{request.Scheme}://{RequestHost.WithPortOf(request)}", StringComparison.OrdinalIgnoreCase)
            ? referer.PathAndQuery
            : null;
}
