using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Gets the host of a request in the form that browsers, cookies and captcha services use: ASCII. The framework's own
/// property returns an internationalised name in Unicode, and throws if it has no such form.</summary>
internal static class RequestHost
{
    /// <summary>The host's name in lower case and without port; empty if there is none.</summary>
    internal static string NameOf(HttpRequest request) => new HostString(WithPortOf(request)).Host.ToLowerInvariant();

    /// <summary>The host as it was sent.</summary>
    internal static string WithPortOf(HttpRequest request) => request.Headers.Host.ToString();
}
