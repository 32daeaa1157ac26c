using System.Net;
using System.Net.Sockets;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Who is never blocked, whatever is decided.</summary>
public sealed class AllowedTests
{
    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.0/24", new[] { "10.1.1.255", "10.1.3.0" }, new[] { "10.1.2.0", "10.1.2.255" })]
    [InlineData("10.1.0.0/16", "10.1.2.3", new[] { "10.1.2.2", "10.1.2.4" }, new[] { "10.1.2.3" })]
    [InlineData("10.1.2.3", "10.1.2.3", new string[0], new[] { "10.1.2.3" })]
    [InlineData("10.1.2.0/24", "10.1.0.0/16", new string[0], new[] { "10.1.2.3" })]
    [InlineData("fd00:1::/32", "fd00:1:2::/48", new[] { "fd00:1:1::1", "fd00:1:3::" }, new[] { "fd00:1:2::1", "fd00:1:2:ffff::1" })]
    public async Task Allowed_WithinABan_IsLetThrough(string banned, string allowed, string[] stopped, string[] letThrough)
    {
        await using var bench = await PacketBench.StartAsync();
        await bench.BanAsync(banned);
        Assert.Equal([.. stopped, .. letThrough], bench.Stopped([.. stopped, .. letThrough]));
        bench.TrustedNetworks.Add(allowed);
        await bench.StartAgainAsync();
        Assert.Equal(stopped, bench.Stopped([.. stopped, .. letThrough]));
        bench.TrustedNetworks.Clear();
        await bench.StartAgainAsync();
        Assert.Equal([.. stopped, .. letThrough], bench.Stopped([.. stopped, .. letThrough]));
    }

    /// <summary>The gateways are the client's own addresses, LAPI's is the server's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ban_OfTheNetworkBetween_StopsNeitherGatewayNorLoopback(bool outbound)
    {
        await using var bench = await PacketBench.StartAsync(options => options.Outbound = outbound);
        string[] networks = ["192.0.2.0/24", "2001:db8:ffff::/48", "127.0.0.0/8", "127.0.0.1", "::1", "::/16", "10.1.2.3"];
        await bench.ChangeAsync([.. networks.Select(network => PacketBench.Decide(network))], []);
        Assert.Equal(["10.1.2.3"], bench.Stopped("192.0.2.1", "2001:db8:ffff::1", "10.1.2.3"));
        foreach (var own in new[] { IPAddress.Loopback, IPAddress.Parse("127.1.2.3"), IPAddress.IPv6Loopback, bench.Path.ServerIPv4, bench.Path.ServerIPv6 })
        {
            Assert.True(ReachesItself(bench, own), $"{own} is stopped");
        }
    }

    private static bool ReachesItself(PacketBench bench, IPAddress address) => bench.Path.Firewall.Run(() =>
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.SendTo([1], socket.LocalEndPoint!);
        return socket.Poll(TimeSpan.FromSeconds(2), SelectMode.SelectRead);
    });
}
