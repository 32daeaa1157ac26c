using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <param name="proxy">The connection's own peer.</param>
/// <param name="header">What the proxy said.</param>
internal sealed class ProxyProtocolFeature(EndPoint? proxy, in ProxyHeader header) : IProxyProtocolFeature
{
    public EndPoint? Proxy => proxy;

    /// <summary>For whom the proxy speaks.</summary>
    internal ProxyHeaderKind Kind { get; } = header.Kind;

    /// <summary>The client, if it is named.</summary>
    internal IPEndPoint? Client { get; } = header.Source;

    /// <summary>What was said of a request's connection; null if it began with no header.</summary>
    internal static ProxyProtocolFeature? Of(HttpContext context) => context.Features.Get<IProxyProtocolFeature>() as ProxyProtocolFeature;
}
