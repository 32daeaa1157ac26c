using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Adds the bouncer, and the protocol of a proxy in front of it, to an endpoint of Kestrel.</summary>
public static class BouncerListenOptionsExtensions
{
    /// <summary>Closes the connections of banned clients to the endpoint before TLS and HTTP, so that an attack costs no handshakes.
    /// Call it before <c>UseHttps</c> and, if the endpoint has it, after <c>UseProxyProtocol</c>.</summary>
    /// <remarks>
    /// It adds to <c>app.UseBouncer()</c>, which checks each request: only connections are closed all of whose requests that would
    /// refuse with a ban, under every policy of the settings. Not closed are those of trusted clients, those of proxies in
    /// <c>Bouncer:Proxies:Networks</c> or in the framework's options, behind which there may be any client, and all while the first
    /// synchronisation is not complete. With the PROXY protocol the client that the header names counts. Endpoints that bypass the bouncer,
    /// hooks and handlers of your own are not taken into account: a banned client reaches none of them. In live mode a connection
    /// of an unknown address waits for LAPI, as its requests do.
    /// </remarks>
    /// <param name="listenOptions">The endpoint.</param>
    public static ListenOptions UseBouncer(this ListenOptions listenOptions)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        listenOptions.Use(next =>
        {
            var bouncer = Create();
            return async connection =>
            {
                if (!await bouncer.TryCloseAsync(connection))
                {
                    await next(connection);
                }
            };
        });
        ((IMultiplexedConnectionBuilder)listenOptions).Use(next =>
        {
            var bouncer = Create();
            return async connection =>
            {
                if (!await bouncer.TryCloseAsync(connection))
                {
                    await next(connection);
                }
            };
        });
        return listenOptions;

        BouncerConnectionMiddleware Create() =>
            ActivatorUtilities.CreateInstance<BouncerConnectionMiddleware>(BouncerServicesResolver.For(listenOptions.ApplicationServices).Services);
    }

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
