using System.Net;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Whom to believe about clients, and which headers. Immutable.</summary>
internal sealed record ProxyTrust
{
    /// <summary>Nobody, as far as settings and registered options tell.</summary>
    internal static readonly ProxyTrust Nobody = new();

    /// <summary>Who said so.</summary>
    internal ProxyTrustSource Source { get; init; }

    internal IPNetwork[] Networks { get; init; } = [];

    /// <summary>Single addresses that the framework's options name.</summary>
    internal IPAddress[] Addresses { get; init; } = [];

    /// <summary>Whether everybody is believed, in both families.</summary>
    internal bool IsEverybody { get; init; }

    /// <summary>Those of the networks that are a good part of the internet.</summary>
    internal IEnumerable<IPNetwork> WideNetworks => Networks.Where(NetworkText.IsWide);

    /// <summary>Whether a peer without an address, on a Unix socket, is believed.</summary>
    internal bool UnixSockets { get; init; }

    /// <summary>How many entries are used at most; null for as many as believed hops wrote.</summary>
    internal int? MaxHops { get; init; }

    internal string For { get; init; } = "X-Forwarded-For";

    /// <summary>Whether that header holds one address, not a list that each proxy adds to.</summary>
    internal bool HasOneAddress { get; init; }

    internal string OriginalFor { get; init; } = "X-Original-For";

    /// <summary>The other headers; null for those that are not used.</summary>
    internal string? Proto { get; init; }

    internal string OriginalProto { get; init; } = "X-Original-Proto";

    internal string? Host { get; init; }

    internal string OriginalHost { get; init; } = "X-Original-Host";

    internal IList<StringSegment>? AllowedHosts { get; init; }

    internal string? Prefix { get; init; }

    internal string OriginalPrefix { get; init; } = "X-Original-Prefix";

    /// <param name="hop">Who wrote an entry, or null for a peer without an address.</param>
    internal bool Believes(IPAddress? hop)
    {
        if (hop is null)
        {
            return UnixSockets;
        }

        if (IsEverybody)
        {
            return true;
        }

        var plain = hop.IsIPv4MappedToIPv6 ? hop.MapToIPv4() : hop;
        // To the framework a network of IPv6 also holds IPv4 peers on a socket for both; in our settings ::/0 is all of IPv6.
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
