using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>What a walk leaves on a request: it takes the entries it used off X-Forwarded-For and
/// notes the address it replaced. Nothing here is an address to judge by.</summary>
internal static class ForwardedHeadersInspector
{
    /// <summary>Whether entries are left that nothing used.</summary>
    internal static bool HasUnusedEntries(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);

    /// <summary>Whether the framework's middleware replaced the connection's address, as far as can be told: it serves to warn and
    /// to count.</summary>
    internal static bool WereApplied(HttpContext context) => WereReplaced(context) != false;

    /// <summary>Whether the framework's middleware replaced the connection's address. The framework notes no address for a peer
    /// without one, so whatever is found there counts.</summary>
    /// <returns>null if only a header says so, which a client may have sent.</returns>
    internal static bool? WereReplaced(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!ConnectionPeer.TryFind(context, out var peer))
        {
            return IsNoted(headers) ? null : false;
        }

        return IsAnother(context.Connection, peer) && (peer is null || IsNoted(headers) || IsNoted(headers, peer));
    }

    /// <summary>Whether a header has the connection's peer as the framework notes it, under whatever name its options give. A client
    /// behind a proxy does not know it; middleware of an application's own that sets addresses leaves no such note.</summary>
    internal static bool ArePeerNoted(HttpContext context) =>
        ConnectionPeer.TryFind(context, out var peer) && peer is not null && IsNoted(context.Request.Headers, peer);

    /// <remarks>The same address in the other of its two forms is no other one.</remarks>
    private static bool IsAnother(ConnectionInfo connection, IPEndPoint? peer) =>
        peer is null ? connection.RemoteIpAddress is not null
        : connection.RemoteIpAddress is not { } address || !Plain(peer.Address).Equals(Plain(address)) || peer.Port != connection.RemotePort;

    private static bool IsNoted(IHeaderDictionary headers) => headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);

    private static bool IsNoted(IHeaderDictionary headers, IPEndPoint peer)
    {
        var (note, plain) = (peer.ToString(), new IPEndPoint(Plain(peer.Address), peer.Port).ToString());
        foreach (var (_, value) in headers)
        {
            if (value.Count == 1 && (value[0] == note || value[0] == plain))
            {
                return true;
            }
        }

        return false;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

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
