using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells requests that another server behind may take for one of another path, method or host, so that a milder treatment
/// here would be that of the other, too.</summary>
internal static class AmbiguousRequest
{
    internal static bool Is(HttpRequest request) => AmbiguousPath.Is(request.Path) || IsByHeaders(request.Headers);

    /// <summary>Whether it is one whatever its path is.</summary>
    internal static bool IsByHeaders(IHeaderDictionary headers) => OverrideHeaders.AreIn(headers) || EndsWithDot(headers.Host);

    /// <summary>The dot of DNS' root, which routing takes for a part of the name and other servers do not.</summary>
    private static bool EndsWithDot(string? host) =>
        host is not null && (host.EndsWith('.') || host.Contains(".:", StringComparison.Ordinal));
}
