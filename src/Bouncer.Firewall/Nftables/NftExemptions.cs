using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Settings;

namespace Bouncer.Firewall.Nftables;

/// <summary>The rules for packets that pass although their address is blocked.</summary>
internal static class NftExemptions
{
    internal static IEnumerable<NftRule> Rules(FirewallOptions options, IReadOnlyList<Prefix> allowed, Direction direction)
    {
        var isSource = direction == Direction.Source;
        yield return NftRule.Return($"{(isSource ? "iifname" : "oifname")} \"lo\"");
        foreach (var family in allowed.GroupBy(network => network.IsIPv4))
        {
            yield return NftRule.Return($"{(family.Key ? "ip" : "ip6")} {direction.Field} {{ {string.Join(", ", family)} }}");
        }

        // The ports of this machine, or of one behind it.
        foreach (var protocol in PortRange.All(options.Nftables.AllowedPorts).GroupBy(range => range.Protocol))
        {
            yield return NftRule.Return($"{protocol.Key} {(isSource ? "dport" : "sport")} {{ {string.Join(", ", protocol.Select(range => range.Ports))} }}");
        }

        // DHCP and DHCPv6 between clients, relays and servers (RFC 2131, RFC 8415), and neighbour discovery, which routers do not
        // forward (RFC 4861). Without these, a machine loses its address or the route to its gateway.
        yield return NftRule.Return("meta nfproto ipv4 udp sport . udp dport { 67 . 68, 68 . 67, 67 . 67 }");
        yield return NftRule.Return("meta nfproto ipv6 udp sport . udp dport { 546 . 547, 547 . 546, 547 . 547 }");
        yield return NftRule.Return("ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert }");

        if (isSource && !options.Outbound && options.Nftables.TrackConnections)
        {
            yield return NftRule.Return("ct direction reply");
        }

        if (!isSource && options.Nftables.Verdict == PacketVerdict.Reject)
        {
            // The messages that reject a packet also pass this hook.
            yield return NftRule.Return("icmp type destination-unreachable");
            yield return NftRule.Return("icmpv6 type destination-unreachable");
            yield return NftRule.Return("tcp flags & rst == rst");
        }
    }
}
