using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>What a walk leaves on a request: it takes the entries it used off X-Forwarded-For and
/// notes the address it replaced. Nothing here is an address to judge by.</summary>
internal static class ForwardedTraces
{
    /// <summary>Whether entries are left that nothing used.</summary>
    internal static bool HasUnusedEntries(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);

    /// <summary>Whether an address was replaced. A client can send this header itself, so it only serves to warn and count.</summary>
    internal static bool WereApplied(IHeaderDictionary headers) =>
        headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);

    /// <summary>Whether the framework's middleware replaced the connection's address. Where the server tells who is at the other
    /// end, a client cannot feign that. The framework notes no address for a peer without one, so whatever is found there counts.</summary>
    /// <returns>null if only a header says so, which a client may have sent.</returns>
    internal static bool? WereReplaced(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!ConnectionPeer.TryFind(context, out var peer))
        {
            return WereApplied(headers) ? null : false;
        }

        var connection = context.Connection;
        return peer is null ? connection.RemoteIpAddress is not null
            : (!peer.Address.Equals(connection.RemoteIpAddress) || peer.Port != connection.RemotePort)
                && (WereApplied(headers) || IsNoted(headers, peer));
    }

    /// <summary>Whether a header has the peer as the framework notes it, under a name that options may have chosen. Middleware of an
    /// application's own that sets addresses leaves no such note.</summary>
    private static bool IsNoted(IHeaderDictionary headers, IPEndPoint peer)
    {
        var note = peer.ToString();
        foreach (var (_, value) in headers)
        {
            if (value.Count == 1 && value[0] == note)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a client wrote what the framework's middleware reads otherwise than proxies write it: a quote, or a
    /// zone.</summary>
    internal static bool HasQuoteOrZone(IHeaderDictionary headers)
    {
        foreach (var line in headers[ForwardedHeadersDefaults.XForwardedForHeaderName])
        {
            if (line.AsSpan().ContainsAny('"', '%'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the entry at which the framework's middleware stopped is no address.</summary>
    internal static bool StoppedAtGarbage(IHeaderDictionary headers)
    {
        var entries = new ForwardedEntries(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);
        return entries.TryTake(out var entry) && !ForwardedAddress.TryParse(entry, out _, out _);
    }
}
