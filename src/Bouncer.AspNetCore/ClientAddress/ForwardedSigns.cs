using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Detects headers that proxies add. They only show that a request came through a proxy: none of them may be used as the
/// client's address.</summary>
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

    /// <summary>Whether one of the known headers in which proxies name a client is present.</summary>
    internal static bool NameAClient(IHeaderDictionary headers) => HasAny(headers, s_clients);

    /// <summary>Whether any known header of a proxy is present.</summary>
    internal static bool ArePresent(IHeaderDictionary headers) => NameAClient(headers) || HasAny(headers, s_others);

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
