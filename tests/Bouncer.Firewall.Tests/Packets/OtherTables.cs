namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Tables of others, cut down to what a packet meets. What they have in common: SSH is open, and nothing else but
/// echoes and neighbour discovery.</summary>
internal static class OtherTables
{
    /// <summary>As firewalld 2 writes its own.</summary>
    internal const string Firewalld = """
        table inet firewalld {
            chain filter_PREROUTING { type filter hook prerouting priority filter + 10; policy accept; icmpv6 type { nd-router-advert, nd-neighbor-solicit } accept; meta nfproto ipv6 fib saddr . mark oif missing drop; }
            chain filter_INPUT {
                type filter hook input priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                jump filter_INPUT_ZONES
                ct state { invalid } drop
                reject with icmpx type admin-prohibited
            }
            chain filter_FORWARD {
                type filter hook forward priority filter + 10; policy accept;
                ct state { established, related } accept
                ct status dnat accept
                iifname "lo" accept
                ct state { invalid } drop
                reject with icmpx type admin-prohibited
            }
            chain filter_OUTPUT { type filter hook output priority filter + 10; policy accept; ct state { established, related } accept; oifname "lo" accept; }
            chain filter_INPUT_ZONES { goto filter_IN_public; }
            chain filter_IN_public { jump filter_IN_public_allow; meta l4proto { icmp, ipv6-icmp } accept; }
            chain filter_IN_public_allow { tcp dport 22 ct state { new, untracked } accept; ip6 daddr fe80::/64 udp dport 546 ct state { new, untracked } accept; }
        }
        """;

    /// <summary>As ufw has iptables-nft and ip6tables-nft write.</summary>
    internal static readonly string Ufw = UfwOf("ip", "icmp type echo-request") + UfwOf("ip6", "icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert }");

    /// <summary>As Docker writes for a container whose port 80 is published as 8080: it is the server of a path through a router.
    /// The one rule of a user is for the test's own echoes.</summary>
    internal static readonly string Docker = DockerOf("ip", "192.0.2.4/30", "192.0.2.6", "192.0.2.6:80", "127.0.0.0/8", "icmp type echo-request ip saddr 192.0.2.1")
        + DockerOf("ip6", "2001:db8:ffff::4/126", "2001:db8:ffff::6", "[2001:db8:ffff::6]:80", "::1", "icmpv6 type echo-request ip6 saddr 2001:db8:ffff::1");

    private static string UfwOf(string family, string echoes) => $$"""
        table {{family}} filter {
            chain ufw-user-input { tcp dport 22 counter accept; }
            chain ufw-before-input {
                iifname "lo" counter accept
                ct state related,established counter accept
                ct state invalid counter drop
                {{echoes}} counter accept
                counter jump ufw-user-input
            }
            chain ufw-before-output { oifname "lo" counter accept; ct state related,established counter accept; counter accept; }
            chain INPUT { type filter hook input priority filter; policy drop; counter jump ufw-before-input; }
            chain FORWARD { type filter hook forward priority filter; policy drop; ct state related,established counter accept; }
            chain OUTPUT { type filter hook output priority filter; policy accept; counter jump ufw-before-output; }
        }

        """;

    private static string DockerOf(string family, string network, string container, string target, string loopback, string user) => $$"""
        table {{family}} nat {
            chain DOCKER { iifname != "onward" tcp dport 8080 counter dnat to {{target}}; }
            chain PREROUTING { type nat hook prerouting priority dstnat; policy accept; fib daddr type local counter jump DOCKER; }
            chain OUTPUT { type nat hook output priority -100; policy accept; {{family}} daddr != {{loopback}} fib daddr type local counter jump DOCKER; }
            chain POSTROUTING { type nat hook postrouting priority srcnat; policy accept; oifname != "onward" {{family}} saddr {{network}} counter masquerade; }
        }
        table {{family}} filter {
            chain DOCKER-USER { {{user}} counter accept; }
            chain DOCKER { {{family}} daddr {{container}} iifname != "onward" oifname "onward" tcp dport 80 counter accept; iifname != "onward" oifname "onward" counter drop; }
            chain FORWARD {
                type filter hook forward priority filter; policy drop;
                counter jump DOCKER-USER
                oifname "onward" ct state related,established counter accept
                oifname "onward" counter jump DOCKER
                iifname "onward" counter accept
            }
        }

        """;
}
