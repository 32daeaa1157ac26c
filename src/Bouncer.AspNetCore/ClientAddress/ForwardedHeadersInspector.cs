using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Inspects the traces of the framework's walk on a request: it removes used entries from X-Forwarded-For and records
/// the address that it replaced. Nothing here may be used as the client's address.</summary>
internal static class ForwardedHeadersInspector
{
    /// <summary>Whether unused entries remain.</summary>
    internal static bool HasUnusedEntries(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);

    /// <summary>Whether the framework's middleware replaced the connection's address, as far as can be told; used for warnings
    /// and metrics.</summary>
    internal static bool WereApplied(HttpContext context) => WereReplaced(context) != false;

    /// <summary>Whether the framework's middleware replaced the connection's address. The framework records no address for a peer
    /// without one, so any address of such a connection counts.</summary>
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

    /// <summary>Whether a header contains the connection's peer as the framework records it, under any name that its options set. A
    /// client behind a proxy does not know it; an application's own middleware that sets addresses leaves no such record.</summary>
    internal static bool HasPeerRecord(HttpContext context) =>
        ConnectionPeer.TryFind(context, out var peer) && peer is not null && IsNoted(context.Request.Headers, peer);

    /// <remarks>The same address in its other form (IPv4 or mapped) does not count as different.</remarks>
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

    /// <summary>Whether a client wrote something that the framework's middleware reads differently from what proxies mean: a
    /// quote or a zone.</summary>
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

    /// <summary>Whether the entry at which the framework's middleware stopped is not an address.</summary>
    internal static bool StoppedAtGarbage(IHeaderDictionary headers)
    {
        var entries = new ForwardedEntries(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);
        return entries.TryTake(out var entry) && !ForwardedAddress.TryParse(entry, out _, out _);
    }
}
