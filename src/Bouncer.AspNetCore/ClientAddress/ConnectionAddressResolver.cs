using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Gets the connection's address as the walk over the forwarded headers left it, or null if it is certainly not the
/// client's.</summary>
internal sealed class ConnectionAddressResolver(
    ForwardedWalk walk, KnownProxies known, AddressNotices notices, BouncerHttpMetrics metrics) : IClientAddressResolver
{
    private readonly LookBudget _looksAtNeighbours = new();

    public IPAddress? GetClientAddress(HttpContext context) =>
        GetClientAddress(context, ForwardedHeadersInspector.HasUnusedEntries(context.Request.Headers));

    /// <param name="context">The request.</param>
    /// <param name="hasUnusedEntries">What the caller already read from the headers: reading a header costs more than everything
    /// else here.</param>
    internal IPAddress? GetClientAddress(HttpContext context, bool hasUnusedEntries)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null || !IsPlain(address))
        {
            address = Clean(context, address);
        }

        Note(context, address);

        if (address is null && hasUnusedEntries && walk.Trust.Source == ProxyTrustSource.None)
        {
            ExamineUnseenOfNone(context);
        }

        if (!notices.IgnoresProxy && _looksAtNeighbours.IsDue && (address is null || PrivateAddress.Is(address)))
        {
            _looksAtNeighbours.Take();
            LookAtNeighbour(context, address);
        }

        return address is null || IsUnresolved(context) ? null
            : hasUnusedEntries && walk.Trust.Source == ProxyTrustSource.None ? ExamineUnseen(context, address)
            : address;
    }

    private void Note(HttpContext context, IPAddress? address)
    {
        if (walk.Trust is { Source: ProxyTrustSource.Settings } trust && trust.Believes(address))
        {
            // With such a header a proxy declares the connection its own.
            if (ProxyProtocolFeature.Of(context) is not { Kind: ProxyHeaderKind.Local })
            {
                notices.MeetProxy(address);
            }
        }
        else if (!notices.HasMetOthers)
        {
            notices.Meet(address);
        }
    }

    /// <summary>Detects an untrusted proxy by any header in which it names its client.</summary>
    private void LookAtNeighbour(HttpContext context, IPAddress? address)
    {
        var headers = context.Request.Headers;
        if (context.Features[typeof(ForwardedFeature)] is null
            && !IsUnresolved(context)
            && ProxyProtocolFeature.Of(context) is null
            && !ForwardedHeadersInspector.WereApplied(context)
            && !walk.Trust.Believes(address)
            && ForwardedSigns.NameAClient(headers))
        {
            notices.Neighbour();
        }
    }

    /// <summary>Whether an address has no zone and is not in 0.0.0.0/8, which the framework parses from texts like "1".</summary>
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

    private IPAddress? Clean(HttpContext context, IPAddress? address)
    {
        if (address is null)
        {
            notices.Absent();
            return null;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            context.Features.Set(UnresolvedClient.Instance);
            metrics.AddressIssue(AddressIssue.Unspecified);
            return null;
        }

        metrics.AddressIssue(AddressIssue.Zone);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return new IPAddress(bytes);
    }

    /// <summary>Whether the walk could not find the client. Not decided by the header, which middleware in between may have
    /// removed.</summary>
    private static bool IsUnresolved(HttpContext context) => context.Features[typeof(UnresolvedClient)] is not null;

    /// <summary>Examines what options that cannot be seen did with the header.</summary>
    private IPAddress? ExamineUnseen(HttpContext context, IPAddress address)
    {
        // The proxy named its client in a form that the framework cannot read: the address is the proxy's, whose trust must not
        // pass to the client behind it.
        if (IsOfProxy(context.Request.Headers, address))
        {
            Unresolve(context);
            return null;
        }

        if (!ForwardedHeadersInspector.WereApplied(context))
        {
            notices.Stranger(context);
        }

        return address;
    }

    /// <summary>Examines a header that came without an address, from a peer on a Unix socket: options that cannot be seen trust
    /// it, and would have found a client in any valid entry.</summary>
    private void ExamineUnseenOfNone(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (!IsUnresolved(context) && (ForwardedHeadersInspector.HasQuoteOrZone(headers) || ForwardedHeadersInspector.StoppedAtGarbage(headers)))
        {
            Unresolve(context);
        }
    }

    private void Unresolve(HttpContext context)
    {
        context.Features.Set(UnresolvedClient.Instance);
        notices.Garbled();
    }

    /// <summary>Whether the address is that of a proxy at which the framework's middleware stopped. It is not known which proxies
    /// are trusted by options that cannot be seen; quotes and zones are sent almost only by clients that pose as their
    /// proxy.</summary>
    private bool IsOfProxy(IHeaderDictionary headers, IPAddress address) =>
        ForwardedHeadersInspector.HasQuoteOrZone(headers) || (ForwardedHeadersInspector.StoppedAtGarbage(headers) && known.Trust.Believes(address));
}
