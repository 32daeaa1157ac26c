using System.Net;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Microsoft.AspNetCore.Connections.Features;
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

    /// <summary>Whether the framework's middleware replaced the connection's address: where the server tells who is at the other
    /// end, or a PROXY protocol header does, a client cannot feign that.</summary>
    /// <returns>null if only a header says so, which a client may have sent.</returns>
    internal static bool? WereReplaced(HttpContext context)
    {
        var original = context.Request.Headers[ForwardedHeadersDefaults.XOriginalForHeaderName];
        if (original.Count == 0)
        {
            return false;
        }

        return (ProxyProtocolFeature.Of(context)?.Client ?? PeerOf(context)) is { } peer
            ? !peer.Address.Equals(context.Connection.RemoteIpAddress) || peer.Port != context.Connection.RemotePort
            : null;
    }

    private static IPEndPoint? PeerOf(HttpContext context)
    {
        try
        {
            return context.Features.Get<IConnectionSocketFeature>()?.Socket.RemoteEndPoint as IPEndPoint;
        }
        catch (ObjectDisposedException)
        {
            // The client is gone, and sees no answer.
            return null;
        }
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
