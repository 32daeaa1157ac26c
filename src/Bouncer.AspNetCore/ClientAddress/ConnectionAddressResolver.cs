using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Takes the connection's address, as the ForwardedHeaders middleware left it, and says "none" where that is
/// certainly not the client's.</summary>
internal sealed class ConnectionAddressResolver(
    KnownProxies proxies, BouncerHttpMetrics metrics, ILogger<ConnectionAddressResolver> logger) : IClientAddressResolver
{
    private int _warned;

    public IPAddress? GetClientAddress(HttpContext context) =>
        GetClientAddress(context, ForwardedTraces.HasUnusedEntries(context.Request.Headers));

    /// <param name="context">The request.</param>
    /// <param name="hasUnusedEntries">What the caller already read from the headers: reading one costs more than all else here.</param>
    internal IPAddress? GetClientAddress(HttpContext context, bool hasUnusedEntries)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null || !IsPlain(address))
        {
            address = Clean(address);
        }

        return hasUnusedEntries && address is not null ? Examine(address, context.Request.Headers) : address;
    }

    /// <summary>Whether an address has no zone and is not of 0.0.0.0/8, which the framework makes of texts like "1".</summary>
    private static bool IsPlain(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return address.ScopeId == 0;
        }

        var number = 0;
        var bytes = MemoryMarshal.AsBytes(new Span<int>(ref number));
        return address.TryWriteBytes(bytes, out _) && bytes[0] != 0;
    }

    private IPAddress? Clean(IPAddress? address)
    {
        if (address is null)
        {
            return null;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            metrics.AddressIssue(AddressIssue.Unspecified);
            return null;
        }

        metrics.AddressIssue(AddressIssue.Zone);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return new IPAddress(bytes);
    }

    /// <summary>Looks at a request whose X-Forwarded-For was not used up.</summary>
    private IPAddress? Examine(IPAddress address, IHeaderDictionary headers)
    {
        // A known proxy named its client in a way the framework cannot read: the address is the proxy's, and its trust
        // must not pass to whoever is behind it.
        if (ForwardedTraces.StoppedAtGarbage(headers) && proxies.Contain(address))
        {
            metrics.AddressIssue(AddressIssue.Unparsable);
            return null;
        }

        if (!ForwardedTraces.WereApplied(headers))
        {
            metrics.AddressIssue(AddressIssue.ForwardedByStranger);
            if (PrivateAddress.Is(address) && Interlocked.Exchange(ref _warned, 1) == 0)
            {
                logger.ForwardedForIgnored();
            }
        }

        return address;
    }
}
