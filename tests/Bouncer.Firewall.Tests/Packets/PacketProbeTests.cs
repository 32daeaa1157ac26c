using System.Net;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>What the other tests measure with: rules written by hand are told apart.</summary>
public sealed class PacketProbeTests
{
    private static readonly IPAddress[] s_addresses =
        [.. new[] { "10.1.2.3", "1.1.1.1", "223.255.255.254", "fd00::1", "2001:db8::1", "2606:4700::1111" }.Select(IPAddress.Parse)];

    [Fact]
    public async Task ToServer_WithoutRules_EveryPacketArrives()
    {
        using var path = PacketPath.ToServer();
        using var probe = await PacketProbe.StartAsync(path);
        Assert.Equal(s_addresses.ToHashSet(), probe.SendFrom(s_addresses));
        Assert.Equal(s_addresses.ToHashSet(), probe.SendTo(s_addresses));
        Assert.All(s_addresses, address => Assert.Equal(ProbeResult.Arrived, probe.ConnectFrom(address)));
    }

    [Theory]
    [InlineData("drop", ProbeResult.Dropped)]
    [InlineData("reject with icmpx type admin-prohibited", ProbeResult.Prohibited)]
    public async Task ToServer_WithRules_OnlyTheOthersArrive(string verdict, ProbeResult expected)
    {
        using var path = PacketPath.ToServer();
        using var probe = await PacketProbe.StartAsync(path);
        using var before = new Established(probe, "10.1.2.3");
        Assert.True(before.Reaches());
        path.Firewall.Nft($$"""
            table inet by_hand {
                chain in { type filter hook input priority 0; ip saddr 10.0.0.0/8 {{verdict}}; ip6 saddr fd00::/8 {{verdict}}; }
                chain out { type filter hook output priority 0; ip daddr 1.0.0.0/8 drop; }
            }
            """);
        Assert.Equal(["1.1.1.1", "223.255.255.254", "2001:db8::1", "2606:4700::1111"], Arrived(probe.SendFrom(s_addresses)));
        Assert.Equal(["10.1.2.3", "223.255.255.254", "fd00::1", "2001:db8::1", "2606:4700::1111"], Arrived(probe.SendTo(s_addresses)));
        Assert.Equal(expected, probe.ConnectFrom(s_addresses[0]));
        Assert.Equal(expected, probe.ConnectFrom(s_addresses[3]));
        Assert.Equal(ProbeResult.Arrived, probe.ConnectFrom(s_addresses[2]));
        Assert.False(before.Reaches());
    }

    [Fact]
    public async Task ThroughRouter_WithRules_OnlyTheOthersArrive()
    {
        using var path = PacketPath.ThroughRouter();
        using var probe = await PacketProbe.StartAsync(path);
        Assert.Equal(s_addresses.ToHashSet(), probe.SendFrom(s_addresses));
        Assert.Equal(s_addresses.ToHashSet(), probe.SendTo(s_addresses));
        path.Firewall.Nft("table inet by_hand { chain through { type filter hook forward priority 0; ip saddr 10.0.0.0/8 drop; ip6 saddr fd00::/8 drop; }; }");
        Assert.Equal(["1.1.1.1", "223.255.255.254", "2001:db8::1", "2606:4700::1111"], Arrived(probe.SendFrom(s_addresses)));
        Assert.Equal(ProbeResult.Dropped, probe.ConnectFrom(s_addresses[0]));
        Assert.Equal(ProbeResult.Arrived, probe.ConnectFrom(s_addresses[5]));
    }

    private static IEnumerable<string> Arrived(IReadOnlySet<IPAddress> arrived) =>
        s_addresses.Where(arrived.Contains).Select(address => address.ToString());
}
