using System.Net;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Bans of one network at a time, and of the networks around it.</summary>
public sealed class BanTests
{
    public static TheoryData<string, string[], string[]> Networks => new()
    {
        { "10.1.2.3", ["10.1.2.3"], ["10.1.2.2", "10.1.2.4"] },
        { "10.1.2.4/31", ["10.1.2.4", "10.1.2.5"], ["10.1.2.3", "10.1.2.6"] },
        { "10.1.2.0/24", ["10.1.2.0", "10.1.2.77", "10.1.2.255"], ["10.1.1.255", "10.1.3.0"] },
        { "10.1.16.0/20", ["10.1.16.0", "10.1.31.255"], ["10.1.15.255", "10.1.32.0"] },
        { "10.50.0.0/16", ["10.50.0.0", "10.50.128.1", "10.50.255.255"], ["10.49.255.255", "10.51.0.0"] },
        { "198.0.0.0/9", ["198.0.0.1", "198.127.255.254"], ["197.255.255.255", "198.128.0.0"] },
        { "11.0.0.0/8", ["11.0.0.0", "11.255.255.255"], ["10.255.255.255", "12.0.0.0"] },
        { "203.0.113.255", ["203.0.113.255"], ["203.0.113.254", "203.0.114.0"] },
        { "fd00::1", ["fd00::1"], ["fd00::", "fd00::2"] },
        { "fd00::2/127", ["fd00::2", "fd00::3"], ["fd00::1", "fd00::4"] },
        { "fd00:1:2:3::/64", ["fd00:1:2:3::", "fd00:1:2:3:ffff:ffff:ffff:ffff"], ["fd00:1:2:2:ffff:ffff:ffff:ffff", "fd00:1:2:4::"] },
        { "2001:db8:1::/48", ["2001:db8:1::1", "2001:db8:1:ffff::1"], ["2001:db8:0:ffff::1", "2001:db8:2::"] },
        { "2a00:1450:4000::/37", ["2a00:1450:4000::1", "2a00:1450:47ff:ffff::1"], ["2a00:1450:3fff:ffff::1", "2a00:1450:4800::"] },
        { "2606:4700::/32", ["2606:4700::", "2606:4700:ffff::1"], ["2606:46ff:ffff::1", "2606:4701::"] },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Ban_OfANetwork_StopsAllOfItAndNothingElse(string network, string[] inside, string[] outside)
    {
        await using var bench = await PacketBench.StartAsync();
        Assert.Empty(bench.Stopped([.. inside, .. outside]));
        var decision = await bench.BanAsync(network);
        Assert.Equal(inside, bench.Stopped([.. inside, .. outside]));
        Assert.Equal(ProbeResult.Dropped, bench.Probe.ConnectFrom(IPAddress.Parse(inside[^1])));
        Assert.Equal(ProbeResult.Arrived, bench.Probe.ConnectFrom(IPAddress.Parse(outside[0])));
        await bench.PardonAsync(decision);
        Assert.Empty(bench.Stopped([.. inside, .. outside]));
    }

    [Fact]
    public async Task Ban_OfAllNetworksAtOnce_StopsEachAndNothingElse()
    {
        await using var bench = await PacketBench.StartAsync();
        await bench.ChangeAsync([.. Networks.Select(row => PacketBench.Decide(row.Data.Item1))], []);
        var inside = Networks.SelectMany(row => row.Data.Item2).ToArray();
        Assert.Equal(inside, bench.Stopped(inside));
        string[] beside =
        [
            "10.1.1.255", "10.1.3.0", "10.1.15.255", "10.49.255.255", "10.255.255.255", "198.128.0.0", "203.0.113.254",
            "fd00::", "fd00::4", "fd00:1:2:4::", "2001:db8:2::", "2606:4701::",
        ];
        Assert.Empty(bench.Stopped(beside));
    }

    [Fact]
    public async Task Ban_OfAnOpenConnection_CutsIt()
    {
        await using var bench = await PacketBench.StartAsync();
        using var banned = new Established(bench.Probe, "10.1.2.3");
        using var bannedIPv6 = new Established(bench.Probe, "fd00::1");
        using var other = new Established(bench.Probe, "10.1.3.3");
        Assert.True(banned.Reaches() && bannedIPv6.Reaches() && other.Reaches());
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.0/24"), PacketBench.Decide("fd00::/64")], []);
        Assert.False(banned.Reaches() || bannedIPv6.Reaches());
        Assert.True(other.Reaches());
    }

    [Fact]
    public async Task Ban_OfAType_ThatIsNotListed_StopsNothing()
    {
        await using var bench = await PacketBench.StartAsync();
        var ban = PacketBench.Decide("10.1.2.3");
        await bench.ChangeAsync([new Decision { Value = ban.Value, Network = ban.Network, Remediation = Remediation.Captcha, ExpiresAt = ban.ExpiresAt, Deadline = ban.Deadline }], []);
        Assert.True(bench.Lets("10.1.2.3"));
    }
}
