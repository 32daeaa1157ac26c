using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Configures an endpoint of Kestrel for a proxy in front of it.</summary>
public static class BouncerListenOptionsExtensions
{
    /// <summary>Requires every connection to the endpoint to begin with a header of the PROXY protocol, version 1 or 2, which
    /// names the client. Call it before <c>UseHttps</c>.</summary>
    /// <remarks>
    /// Only the proxies in <c>Bouncer:Proxies:Networks</c> are trusted: connections of all others, without a header, with a
    /// header that is malformed or longer than 4096 bytes, and those whose header is not complete after 5 seconds are closed.
    /// <c>Connection.RemoteIpAddress</c>, the ports and the local address are then those of the header; with <c>LOCAL</c>,
    /// <c>UNKNOWN</c> and families other than IPv4 and IPv6 they stay the connection's own. Forwarded headers are read if the
    /// named client is itself one of those proxies, or with <c>LOCAL</c>. <c>HttpContext.CameThroughProxy()</c> is true for
    /// requests. It costs nothing per request. HTTP/3 has no such header: its clients are checked by the address from which they connect.
    /// </remarks>
    /// <param name="listenOptions">The endpoint.</param>
    /// <exception cref="InvalidOperationException">At startup: <c>Bouncer:Proxies:Networks</c> names no proxy.</exception>
    public static ListenOptions UseProxyProtocol(this ListenOptions listenOptions)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        listenOptions.Use(next =>
        {
            var services = BouncerServicesResolver.For(listenOptions.ApplicationServices).Services;
            if (services.GetRequiredService<ProxyTrustMonitor>().Current is { Source: not ProxyTrustSource.Settings } or { Networks: [], UnixSockets: false })
            {
                throw new InvalidOperationException(
                    "UseProxyProtocol: no proxy is trusted, so every connection would be closed. Name the proxies in Bouncer:Proxies:Networks.");
            }

            return ActivatorUtilities.CreateInstance<ProxyProtocolMiddleware>(services, next).RunAsync;
        });
        return listenOptions;
    }
}
