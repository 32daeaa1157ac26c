using System.Net;
using System.Net.Sockets;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Finds the client behind believed proxies and sets the request's address, scheme and host, as the framework's
/// ForwardedHeaders middleware would. What a client wrote decides nothing: not with quotes, zones or commas.</summary>
/// <remarks>Used entries leave the header together with what stands before them, so that nothing walks a second time. Where a
/// believed proxy wrote what is no address, the header says <c>unknown</c>. A request without these headers costs a look at
/// them and allocates nothing.</remarks>
internal sealed class ForwardedWalk(ProxyTrustMonitor trust, AddressNotices notices)
{
    internal const string DefaultHeader = "X-Forwarded-For";
    private const string Unknown = "unknown";

    /// <summary>Whom the walk believes.</summary>
    internal ProxyTrust Trust => trust.Current;

    /// <summary>Whether it was done before <c>UseBouncer</c>.</summary>
    internal bool IsInFront => trust.IsInFront;

    /// <summary>Whether a client without an address is one that a proxy should have named.</summary>
    internal bool IsUnresolved(HttpContext context) =>
        context.Features.Get<UnresolvedClient>() is not null
        || (Trust.Source == ProxyTrustSource.Settings && ProxyProtocolFeature.Of(context) is not { Kind: ProxyHeaderKind.Local });

    internal void Run(HttpContext context)
    {
        if (!trust.IsInFront && (context.Features[typeof(IForwardedFeature)] is not null || IsFoundByOthers(context)))
        {
            return;
        }

        var current = trust.Current;
        if (current.Source != ProxyTrustSource.None)
        {
            Walk(context, current);
        }
        else
        {
            Guard(context.Request.Headers);
        }
    }

    /// <summary>Behind, the framework's middleware may have found the client by options that cannot be seen, and the entry by
    /// which it did is gone. What is left of the header is what the client wrote, so the walk does not go on from there. The
    /// framework takes all that follows a percent sign for the zone of an IPv6 address, a proxy's entry too, so such an address may
    /// be the client's own choice. An IPv4 address has no zone and cannot.</summary>
    private bool IsFoundByOthers(HttpContext context)
    {
        var current = trust.Current;
        var wereReplaced = ForwardedHeadersInspector.WereReplaced(context);
        if (wereReplaced == false || IsStillOfProxy(context, current))
        {
            return false;
        }

        notices.FoundByOthers();
        if (context.Connection.RemoteIpAddress is { AddressFamily: AddressFamily.InterNetworkV6 } || IsPlaceholder(context, current))
        {
            Unresolve(context, current);
            notices.Chosen();
            return true;
        }

        return wereReplaced == true;
    }

    /// <summary>Whether the address is that of a proxy that the settings name, and only a header that a client may have sent says
    /// that it was found.</summary>
    private static bool IsStillOfProxy(HttpContext context, ProxyTrust current) =>
        current.Source == ProxyTrustSource.Settings
        && context.Connection.RemoteIpAddress is { } address
        && ConnectionPeer.TryFind(context, out var peer)
        && peer is not null
        && current.Believes(address)
        && !ForwardedHeadersInspector.ArePeerNoted(context);

    /// <summary>Whether the address may be one that middleware puts where a transport has none. The clients' are in the header then,
    /// and it cannot be told whether anything was taken off that.</summary>
    private static bool IsPlaceholder(HttpContext context, ProxyTrust current) =>
        current.Source == ProxyTrustSource.Settings
        && ConnectionPeer.TryFind(context, out var peer)
        && peer is null
        && context.Connection.RemoteIpAddress is { } address
        && PrivateAddress.Is(address)
        && context.Request.Headers[current.For].Count > 0;

    /// <summary>Options that cannot be seen may still believe the sender.</summary>
    private void Guard(IHeaderDictionary headers)
    {
        if (trust.IsInFront && HeaderGuard.Clean(headers))
        {
            notices.Rewritten();
        }
    }

    private void Walk(HttpContext context, ProxyTrust current)
    {
        var headers = context.Request.Headers;
        var isNamed = headers[current.For].Count > 0;
        if (isNamed)
        {
            context.Features.Set<IForwardedFeature>(ForwardedFeature.Unnamed);
        }

        if (ProxyProtocolFeature.Of(context) is { Kind: ProxyHeaderKind.Unnamed })
        {
            // The proxy passes on what a client wrote: that has neither a name nor the proxy's trust.
            Unresolve(context, current);
            notices.Unnamed();
            return;
        }

        if (!current.Believes(context.Connection.RemoteIpAddress))
        {
            if (isNamed)
            {
                notices.Stranger(context);
                Guard(headers);
            }

            Drop(context, current);
            return;
        }

        if (!isNamed && IsOfAClient(headers, current))
        {
            Unresolve(context, current);
            notices.Missing(current.For);
            return;
        }

        if (isNamed || HasNames(headers, current))
        {
            var hops = new ForwardedHops(current, headers, withNames: trust.AppliesNames(current));
            hops.Walk(context.Connection.RemoteIpAddress);
            Drop(context, current);
            Apply(context, current, hops);
        }
    }

    /// <summary>Whether a believed proxy that names no client speaks for one all the same. What it sends without any header of
    /// proxies is its own, such as a health check. Where a header holds one address, any other header of a proxy tells that the
    /// request came past the one that sets it. Where it is a list, only those that name a client do: health checks often send
    /// X-Forwarded-Proto.</summary>
    private bool IsOfAClient(IHeaderDictionary headers, ProxyTrust current)
    {
        if (current.HasOneAddress ? ForwardedSigns.AreThere(headers) : ForwardedSigns.NameAClient(headers))
        {
            return true;
        }

        if (!notices.HasSaidOwnRequest && (current.HasOneAddress || ForwardedSigns.AreThere(headers)))
        {
            notices.OwnRequest(current.For);
        }

        return false;
    }

    /// <summary>Leaves a request whose client cannot be determined.</summary>
    private static void Unresolve(HttpContext context, ProxyTrust current)
    {
        var headers = context.Request.Headers;
        headers.Remove(current.For);
        headers[DefaultHeader] = Unknown;
        context.Features.Set<IForwardedFeature>(ForwardedFeature.Unnamed);
        context.Features.Set(UnresolvedClient.Instance);
    }

    private void Apply(HttpContext context, ProxyTrust current, in ForwardedHops hops)
    {
        var headers = context.Request.Headers;
        var proxy = context.Connection.RemoteIpAddress;
        if (hops.Client is { } client)
        {
            Rename(context.Connection, headers, current, client, hops.Port);
            context.Features.Set<IForwardedFeature>(ForwardedFeature.Named);
        }

        if (hops.IsGarbled)
        {
            Unresolve(context, current);
            notices.Garbled();
            return;
        }

        ApplyNames(context.Request, current, hops);
        if (hops.Client is not null)
        {
            notices.Found(proxy, hops.Client, hops.HasLeftOver);
        }
    }

    private static void Rename(ConnectionInfo connection, IHeaderDictionary headers, ProxyTrust current, IPAddress client, int port)
    {
        headers.Remove(current.OriginalFor);
        if (connection.RemoteIpAddress is { } proxy)
        {
            headers[current.OriginalFor] = new IPEndPoint(proxy, connection.RemotePort).ToString();
        }

        headers.Remove(current.For);
        connection.RemoteIpAddress = client;
        connection.RemotePort = port;
    }

    private static void ApplyNames(HttpRequest request, ProxyTrust current, in ForwardedHops hops)
    {
        var headers = request.Headers;
        if (hops.Scheme is { } scheme)
        {
            headers[current.OriginalProto] = request.Scheme;
            headers.Remove(current.Proto!);
            request.Scheme = scheme;
        }

        if (hops.Host is { } host)
        {
            headers[current.OriginalHost] = request.Host.ToString();
            headers.Remove(current.Host!);
            request.Host = HostString.FromUriComponent(host);
        }

        if (hops.Prefix is { } prefix)
        {
            if (request.PathBase.HasValue)
            {
                headers[current.OriginalPrefix] = request.PathBase.ToString();
            }

            headers.Remove(current.Prefix!);
            request.PathBase = PathString.FromUriComponent(prefix);
        }
    }

    /// <summary>The framework's middleware has applied the names where it comes first.</summary>
    private bool HasNames(IHeaderDictionary headers, ProxyTrust current) =>
        trust.AppliesNames(current)
        && (Has(headers, current.Proto) || Has(headers, current.Host) || Has(headers, current.Prefix));

    private static bool Has(IHeaderDictionary headers, string? name) => name is not null && headers[name].Count > 0;

    /// <summary>With settings of ours, what they do not use is left to nothing that comes after.</summary>
    private static void Drop(HttpContext context, ProxyTrust current)
    {
        if (current.Source == ProxyTrustSource.Settings && context.Request.Headers.Remove(DefaultHeader))
        {
            context.Features.Set<IForwardedFeature>(ForwardedFeature.Unnamed);
        }
    }
}
