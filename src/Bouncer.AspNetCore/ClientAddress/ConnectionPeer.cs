using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Tells who is at the other end of a request's connection, whatever middleware made of its address; or whom a PROXY protocol
/// header names in its place. A client cannot feign that.</summary>
internal static class ConnectionPeer
{
    /// <param name="context">The request.</param>
    /// <param name="peer">The peer; null if it has no IP address, as on a Unix socket, a named pipe or in memory.</param>
    /// <returns>Whether the server tells; Kestrel does.</returns>
    internal static bool TryFind(HttpContext context, out IPEndPoint? peer)
    {
        var connection = context.Features[typeof(IConnectionItemsFeature)] as BaseConnectionContext;
        peer = connection?.RemoteEndPoint as IPEndPoint;
        return connection is not null;
    }
}
