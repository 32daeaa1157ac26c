using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <param name="proxy">The connection's own peer.</param>
/// <param name="isClientUnknown">Whether the proxy speaks for a client that it did not name.</param>
internal sealed class ProxyProtocolFeature(EndPoint? proxy, bool isClientUnknown) : IProxyProtocolFeature
{
    public EndPoint? Proxy => proxy;

    /// <summary>Whether what comes over the connection was written by a client that the proxy did not name: it is judged by the
    /// proxy's address, and must not have the proxy's trust.</summary>
    internal bool IsClientUnknown => isClientUnknown;
}
