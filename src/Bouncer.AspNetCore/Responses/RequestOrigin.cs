using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Distinguishes requests from this site's pages from those of others.</summary>
internal static class RequestOrigin
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <summary>Whether a browser says that the request comes from a page of this host; false if it does not say.</summary>
    /// <remarks>Browsers send Sec-Fetch-Site only over https, and Origin with every POST. The scheme is not compared: a proxy
    /// that terminates TLS may not have forwarded it.</remarks>
    internal static bool IsSame(HttpRequest request) =>
        request.Headers[SecFetchSite] is [{ } site] ? site.Equals("same-origin", StringComparison.Ordinal)
        : request.Headers[SecFetchSite].Count == 0 && IsFromHost(request);

    /// <summary>Whether a browser says that the request does not come from a page of this host; false if it does not say. Another
    /// host's page can have a browser fetch an address in advance as if its user had typed it.</summary>
    internal static bool IsForeign(HttpRequest request) =>
        request.Headers[SecFetchSite] is { Count: > 0 } site
            ? site is not ["same-origin"]
            : request.Headers.Origin.Count > 0 && !IsFromHost(request);

    private static bool IsFromHost(HttpRequest request) =>
        request.Headers.Origin is [{ } origin]
        && RequestHost.WithPortOf(request) is { Length: > 0 } host
        && (IsFrom(origin, "https://", host) || IsFrom(origin, "http://", host));

    private static bool IsFrom(string origin, string scheme, string host) =>
        origin.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && origin.AsSpan(scheme.Length).Equals(host, StringComparison.OrdinalIgnoreCase);
}
