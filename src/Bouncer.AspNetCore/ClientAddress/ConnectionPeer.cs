using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Finds the peer of a request's connection, even if middleware has replaced its address, or the client that a PROXY
/// protocol header names instead. A client cannot forge it.</summary>
internal static class ConnectionPeer
{
    /// <param name="context">The request.</param>
    /// <param name="peer">The peer; null if it has no IP address, as on a Unix socket, a named pipe or in memory.</param>
    /// <returns>Whether the server provides it; Kestrel does.</returns>
    internal static bool TryFind(HttpContext context, out IPEndPoint? peer)
    {
        var connection = context.Features[typeof(IConnectionItemsFeature)] as BaseConnectionContext;
        peer = connection?.RemoteEndPoint as IPEndPoint;
        return connection is not null;
    }
}
