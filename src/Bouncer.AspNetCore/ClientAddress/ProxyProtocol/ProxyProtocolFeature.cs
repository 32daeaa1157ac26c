using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Marks a connection, and its requests, that began with a PROXY protocol header.</summary>
/// <param name="proxy">The connection's own peer.</param>
/// <param name="header">The proxy's header.</param>
internal sealed class ProxyProtocolFeature(EndPoint? proxy, in ProxyHeader header)
{
    internal EndPoint? Proxy => proxy;

    /// <summary>On whose behalf the proxy connects.</summary>
    internal ProxyHeaderKind Kind { get; } = header.Kind;

    /// <summary>The client, if named.</summary>
    internal IPEndPoint? Client { get; } = header.Source;

    /// <summary>The feature of a request's connection; null if it did not begin with a header.</summary>
    internal static ProxyProtocolFeature? Of(HttpContext context) => context.Features.Get<ProxyProtocolFeature>();
}
