using System.Net;
using System.Net.Sockets;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Finds the client behind trusted proxies and sets the request's address, scheme and host, as the framework's
/// ForwardedHeaders middleware would. Nothing that a client writes affects the result, not even quotes, zones or commas.</summary>
/// <remarks>Used entries are removed from the header, together with those before them, so that no other middleware walks over them
/// again. If a trusted proxy wrote something that is not an address, the header is set to <c>unknown</c>. A request without these
/// headers costs only a lookup of them and allocates nothing.</remarks>
internal sealed class ForwardedWalk(ProxyTrustMonitor trust, AddressNotices notices)
{
    internal const string DefaultHeader = "X-Forwarded-For";
    private const string Unknown = "unknown";

    /// <summary>The proxies that the walk trusts.</summary>
    internal ProxyTrust Trust => trust.Current;

    /// <summary>Whether the walk came before everything else, and not at <c>UseBouncer</c>.</summary>
    internal bool IsInFront => trust.IsInFront;

    /// <summary>Whether a client has no address although a proxy should have named it.</summary>
    internal bool IsUnresolved(HttpContext context) =>
        context.Features.Get<UnresolvedClient>() is not null
        || (Trust.Source == ProxyTrustSource.Settings && ProxyProtocolFeature.Of(context) is not { Kind: ProxyHeaderKind.Local });

    internal void Run(HttpContext context)
    {
        if (!trust.IsInFront && (context.Features[typeof(ForwardedFeature)] is not null || IsFoundByOthers(context)))
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

    /// <summary>Whether other middleware found the client before a walk at UseBouncer. The framework's may have done so by
    /// options that cannot be seen, and removed the entry it used. The client wrote the rest of the header, so the walk does not
    /// continue there. The framework takes everything after a percent sign for the zone of an IPv6 address, even a proxy's entry,
    /// so a client may have chosen such an address. An IPv4 address has no zone, so it cannot be chosen that way.</summary>
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

    /// <summary>Whether the address is that of a proxy in the settings, and only a header that a client may have sent says that
    /// it was replaced.</summary>
    private static bool IsStillOfProxy(HttpContext context, ProxyTrust current) =>
        current.Source == ProxyTrustSource.Settings
        && context.Connection.RemoteIpAddress is { } address
        && ConnectionPeer.TryFind(context, out var peer)
        && peer is not null
        && current.Believes(address)
        && !ForwardedHeadersInspector.HasPeerRecord(context);

    /// <summary>Whether the address may be one that middleware sets where a transport has none. The header then names the
    /// clients, and it cannot be told whether any entry was removed.</summary>
    private static bool IsPlaceholder(HttpContext context, ProxyTrust current) =>
        current.Source == ProxyTrustSource.Settings
        && ConnectionPeer.TryFind(context, out var peer)
        && peer is null
        && context.Connection.RemoteIpAddress is { } address
        && PrivateAddress.Is(address)
        && context.Request.Headers[current.For].Count > 0;

    /// <summary>Cleans the headers, as options that cannot be seen may still trust the sender.</summary>
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
            context.Features.Set<ForwardedFeature>(ForwardedFeature.Unnamed);
        }

        if (ProxyProtocolFeature.Of(context) is { Kind: ProxyHeaderKind.Unnamed })
        {
            // The proxy passes on what a client wrote: the client has neither a name nor the proxy's trust.
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

    /// <summary>Whether a trusted proxy that names no client forwards for one nevertheless. A request without any proxy header is
    /// its own, such as a health check. If the header holds one address, any other proxy header shows that the request passed the
    /// proxy that sets it. If it is a list, only headers that name a client do: health checks often send
    /// X-Forwarded-Proto.</summary>
    private bool IsOfAClient(IHeaderDictionary headers, ProxyTrust current)
    {
        if (current.HasOneAddress ? ForwardedSigns.ArePresent(headers) : ForwardedSigns.NameAClient(headers))
        {
            return true;
        }

        if (!notices.HasSaidOwnRequest && (current.HasOneAddress || ForwardedSigns.ArePresent(headers)))
        {
            notices.OwnRequest(current.For);
        }

        return false;
    }

    /// <summary>Marks a request whose client cannot be determined.</summary>
    private static void Unresolve(HttpContext context, ProxyTrust current)
    {
        var headers = context.Request.Headers;
        headers.Remove(current.For);
        headers[DefaultHeader] = Unknown;
        context.Features.Set<ForwardedFeature>(ForwardedFeature.Unnamed);
        context.Features.Set(UnresolvedClient.Instance);
    }

    private void Apply(HttpContext context, ProxyTrust current, in ForwardedHops hops)
    {
        var headers = context.Request.Headers;
        var proxy = context.Connection.RemoteIpAddress;
        if (hops.Client is { } client)
        {
            Rename(context.Connection, headers, current, client, hops.Port);
            context.Features.Set<ForwardedFeature>(ForwardedFeature.Named);
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

    /// <summary>If the framework's middleware comes first, it has already applied the names.</summary>
    private bool HasNames(IHeaderDictionary headers, ProxyTrust current) =>
        trust.AppliesNames(current)
        && (Has(headers, current.Proto) || Has(headers, current.Host) || Has(headers, current.Prefix));

    private static bool Has(IHeaderDictionary headers, string? name) => name is not null && headers[name].Count > 0;

    /// <summary>Removes headers that the bouncer's own settings do not use, so that no later middleware uses them.</summary>
    private static void Drop(HttpContext context, ProxyTrust current)
    {
        if (current.Source == ProxyTrustSource.Settings && context.Request.Headers.Remove(DefaultHeader))
        {
            context.Features.Set<ForwardedFeature>(ForwardedFeature.Unnamed);
        }
    }
}
