using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Finds where a visitor returns to after the second factor: the request itself or, if a link cannot repeat it, the page
/// it came from.</summary>
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
