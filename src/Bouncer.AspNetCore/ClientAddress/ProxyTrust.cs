using System.Net;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Which proxies to trust about clients, and which headers to use. Immutable.</summary>
internal sealed record ProxyTrust
{
    /// <summary>Trusts no proxy, as far as settings and registered options tell.</summary>
    internal static readonly ProxyTrust NoProxy = new();

    /// <summary>The origin of this trust.</summary>
    internal ProxyTrustSource Source { get; init; }

    internal IPNetwork[] Networks { get; init; } = [];

    /// <summary>Single addresses from the framework's options.</summary>
    internal IPAddress[] Addresses { get; init; } = [];

    /// <summary>Whether every peer is trusted, in both address families.</summary>
    internal bool TrustsEveryPeer { get; init; }

    /// <summary>The networks that cover a large part of the internet.</summary>
    internal IEnumerable<IPNetwork> WideNetworks => Networks.Where(NetworkText.IsWide);

    /// <summary>Whether a peer without an address, on a Unix socket, is trusted.</summary>
    internal bool UnixSockets { get; init; }

    /// <summary>The maximum number of entries that are used; null for all that trusted hops wrote.</summary>
    internal int? MaxHops { get; init; }

    internal string For { get; init; } = "X-Forwarded-For";

    /// <summary>Whether the header holds one address, not a list that each proxy appends to.</summary>
    internal bool HasOneAddress { get; init; }

    internal string OriginalFor { get; init; } = "X-Original-For";

    /// <summary>The name of the header; null if it is not used. The same holds for the other headers.</summary>
    internal string? Proto { get; init; }

    internal string OriginalProto { get; init; } = "X-Original-Proto";

    internal string? Host { get; init; }

    internal string OriginalHost { get; init; } = "X-Original-Host";

    internal IList<StringSegment>? AllowedHosts { get; init; }

    internal string? Prefix { get; init; }

    internal string OriginalPrefix { get; init; } = "X-Original-Prefix";

    /// <param name="hop">The writer of an entry, or null for a peer without an address.</param>
    internal bool Believes(IPAddress? hop)
    {
        if (hop is null)
        {
            return UnixSockets;
        }

        if (TrustsEveryPeer)
        {
            return true;
        }

        var plain = hop.IsIPv4MappedToIPv6 ? hop.MapToIPv4() : hop;
        // To the framework an IPv6 network also holds IPv4 peers on a dual-stack socket; in the bouncer's settings ::/0 is only
        // IPv6.
        var other = Source == ProxyTrustSource.Framework ? hop : plain;
        foreach (var network in Networks)
        {
            if (network.Contains(plain) || network.Contains(other))
            {
                return true;
            }
        }

        return Array.IndexOf(Addresses, plain) >= 0 || Array.IndexOf(Addresses, hop) >= 0;
    }
}
