using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Detects requests that another server behind this one may read with a different path, method or host, so that a milder
/// policy here would apply to the other as well.</summary>
internal static class AmbiguousRequest
{
    internal static bool Is(HttpRequest request) => AmbiguousPath.Is(request.Path) || IsByHeaders(request.Headers);

    /// <summary>Whether the request is ambiguous regardless of its path.</summary>
    internal static bool IsByHeaders(IHeaderDictionary headers) => OverrideHeaders.AreIn(headers) || EndsWithDot(headers.Host);

    /// <summary>The dot of the DNS root, which routing takes for a part of the name and other servers do not.</summary>
    private static bool EndsWithDot(string? host) =>
        host is not null && (host.EndsWith('.') || host.Contains(".:", StringComparison.Ordinal));
}
