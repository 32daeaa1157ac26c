using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Headers that proxies add. They only tell that a request came through one: nothing here is an address to judge
/// by.</summary>
internal static class ForwardedSigns
{
    private static readonly string[] s_clients =
    [
        "X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "Client-IP", "X-Cluster-Client-IP", "True-Client-IP",
        "CF-Connecting-IP", "CF-Connecting-IPv6", "CF-Pseudo-IPv4", "Fastly-Client-IP", "Fly-Client-IP", "X-Envoy-External-Address",
        "X-Azure-ClientIP", "X-Azure-SocketIP", "X-Appengine-User-IP", "X-ProxyUser-IP", "X-Original-Forwarded-For",
    ];

    private static readonly string[] s_others =
    [
        "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Server",
        "X-Forwarded-Prefix", "X-Forwarded-By", "X-Forwarded-Client-Cert", "X-Forwarded", "Via", "CF-Ray", "CF-Visitor", "CDN-Loop",
    ];

    /// <summary>Whether a proxy names a client in a header of those that are known.</summary>
    internal static bool NameAClient(IHeaderDictionary headers) => HasAny(headers, s_clients);

    /// <summary>Whether a proxy added anything that is known.</summary>
    internal static bool AreThere(IHeaderDictionary headers) => NameAClient(headers) || HasAny(headers, s_others);

    private static bool HasAny(IHeaderDictionary headers, string[] names)
    {
        foreach (var name in names)
        {
            if (headers.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }
}
