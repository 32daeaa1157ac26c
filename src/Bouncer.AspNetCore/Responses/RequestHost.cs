using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells the host of a request in the form in which browsers, cookies and captcha services have it: ASCII. The
/// framework's own property has an internationalised name in Unicode, and throws where there is no such form.</summary>
internal static class RequestHost
{
    /// <summary>The host's name in lower case and without port; empty for none.</summary>
    internal static string NameOf(HttpRequest request) => new HostString(WithPortOf(request)).Host.ToLowerInvariant();

    /// <summary>The host as it was sent.</summary>
    internal static string WithPortOf(HttpRequest request) => request.Headers.Host.ToString();
}
