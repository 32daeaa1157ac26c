using System.Net;

namespace Bouncer.AspNetCore;

/// <summary>A feature of connections that began with a PROXY protocol header, and of their requests. Do not show them what is
/// meant only for this machine: a header can name any client, even <c>127.0.0.1</c>.</summary>
/// <remarks>Set by <c>ListenOptions.UseProxyProtocol()</c>; does not change during a connection.</remarks>
public interface IProxyProtocolFeature
{
    /// <summary>The proxy that sent the header: the connection's own peer.</summary>
    EndPoint? Proxy { get; }
}
