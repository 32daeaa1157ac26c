using System.Net;
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

    internal void Run(HttpContext context)
    {
        if (!trust.IsInFront && !notices.HasSaidOthers)
        {
            LookForOthers(context);
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

    /// <summary>Behind, another walk may have been done by options that cannot be seen; this one marks what it did.</summary>
    private void LookForOthers(HttpContext context)
    {
        if (ForwardedTraces.WereApplied(context.Request.Headers) && context.Features.Get<Done>() is null)
        {
            notices.FoundByOthers();
        }
    }

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
        if (!isNamed && !HasNames(headers, current))
        {
            Drop(headers, current);
            return;
        }

        if (!current.Believes(context.Connection.RemoteIpAddress) || IsOfUnknownClient(context))
        {
            if (isNamed)
            {
                notices.Stranger(context.Connection.RemoteIpAddress);
                Guard(headers);
            }

            Drop(headers, current);
            return;
        }

        // The framework's middleware has applied the names where it comes first.
        var hops = new ForwardedHops(current, headers, withNames: IsInFront || current.Source == ProxyTrustSource.Settings);
        hops.Walk(context.Connection.RemoteIpAddress);
        Drop(headers, current);
        Apply(context, current, hops);
    }

    private void Apply(HttpContext context, ProxyTrust current, in ForwardedHops hops)
    {
        var headers = context.Request.Headers;
        if (hops.Client is { } client)
        {
            Rename(context.Connection, headers, current, client, hops.Port);
            context.Features.Set(Done.Instance);
        }

        if (hops.IsGarbled)
        {
            headers.Remove(current.For);
            headers[DefaultHeader] = Unknown;
            context.Features.Set(UnresolvedClient.Instance);
            notices.Garbled();
            return;
        }

        ApplyNames(context.Request, current, hops);
        if (hops.Client is not null)
        {
            notices.Found(hops.Client, hops.HasLeftOver);
        }
    }

    /// <summary>Whether a proxy passes on what a client wrote without naming it, so that the address is the proxy's.</summary>
    private static bool IsOfUnknownClient(HttpContext context) =>
        context.Features.Get<IProxyProtocolFeature>() is ProxyProtocolFeature { IsClientUnknown: true };

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

    /// <summary>A feature of requests whose client this walk named.</summary>
    private sealed class Done
    {
        internal static readonly Done Instance = new();
    }

    private bool HasNames(IHeaderDictionary headers, ProxyTrust current) =>
        (IsInFront || current.Source == ProxyTrustSource.Settings)
        && (Has(headers, current.Proto) || Has(headers, current.Host) || Has(headers, current.Prefix));

    private static bool Has(IHeaderDictionary headers, string? name) => name is not null && headers[name].Count > 0;

    /// <summary>With settings of ours, what they do not use is left to nothing that comes after.</summary>
    private static void Drop(IHeaderDictionary headers, ProxyTrust current)
    {
        if (current.Source == ProxyTrustSource.Settings)
        {
            headers.Remove(DefaultHeader);
        }
    }
}
