namespace Bouncer.Firewall.Nftables;

/// <summary>The counters of all packets that pass the bouncer's hooks, stopped or not: one for each family.</summary>
internal static class NftProcessed
{
    private const string IPv4 = "processed";
    private const string IPv6 = "processed_v6";

    /// <summary>The names of the counters.</summary>
    internal static IReadOnlyList<string> Names { get; } = [IPv4, IPv6];

    /// <summary>The first rules of each hook.</summary>
    internal static IReadOnlyList<NftRule> Rules { get; } = [NftRule.Count("meta nfproto ipv4", IPv4), NftRule.Count("meta nfproto ipv6", IPv6)];

    /// <summary>Whether a counter is the one for IPv4.</summary>
    internal static bool IsIPv4(string name) => name == IPv4;
}
