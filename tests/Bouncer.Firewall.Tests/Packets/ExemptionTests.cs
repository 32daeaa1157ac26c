using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>What passes although its address is banned, and what beside it does not.</summary>
public sealed partial class ExemptionTests
{
    private const int DhcpServer = 67;
    private const int DhcpClient = 68;
    private const int DhcpIPv6Server = 547;
    private const int DhcpIPv6Client = 546;

    private static readonly string[] s_banned = ["10.1.2.3", "10.2.7.7", "fd00::1", "fd00:5:7::7"];

    public static TheoryData<bool, bool> HooksAndDirections => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(HooksAndDirections))]
    public async Task AllowedPorts_AreReached_AndNoOthers(bool throughRouter, bool outbound)
    {
        await using var bench = await StartAsync(throughRouter, options =>
        {
            options.Outbound = outbound;
            options.Nftables.AllowedPorts = ["443/tcp", "53", "8000-8100/udp"];
        });
        using var hosts = new FlowHosts(bench.Path);
        (ProtocolType Protocol, int[] Open, int[] Closed)[] ports =
        [
            (ProtocolType.Tcp, [53, 443], [22, 52, 54, 442, 444, 8000, 8100]),
            (ProtocolType.Udp, [53, 8000, 8050, 8100], [52, 54, 443, 7999, 8101]),
            (ProtocolType.Icmp, [], [0]),
        ];
        foreach (var peer in s_banned.Select(IPAddress.Parse))
        {
            foreach (var (protocol, open, closed) in ports)
            {
                Assert.Equal(open, open.Concat(closed).Where(port => IsOpened(hosts.From(peer, protocol, port: port))));
            }

            // The ports are not those of whom is banned.
            Assert.False(IsOpened(hosts.From(peer, ProtocolType.Tcp, sourcePort: 443, port: 22)));
            Assert.False(IsOpened(hosts.From(peer, ProtocolType.Udp, sourcePort: 53)));
            Assert.Equal(!outbound, IsOpened(hosts.To(peer, ProtocolType.Tcp, port: 443)));
        }
    }

    [Theory]
    [MemberData(nameof(HooksAndDirections))]
    public async Task Dhcp_OfBannedClientsRelaysAndServers_Passes(bool throughRouter, bool outbound)
    {
        await using var bench = await StartAsync(throughRouter, options => options.Outbound = outbound);
        using var hosts = new FlowHosts(bench.Path);
        foreach (var peer in s_banned.Select(IPAddress.Parse))
        {
            var (client, server) = peer.AddressFamily == AddressFamily.InterNetwork ? (DhcpClient, DhcpServer) : (DhcpIPv6Client, DhcpIPv6Server);
            Assert.All([(client, server), (server, client), (server, server)], ports => Assert.True(IsOpened(hosts.From(peer, ProtocolType.Udp, ports.Item1, ports.Item2))));
            Assert.All([(client, server), (server, client), (server, server)], ports => Assert.True(IsOpened(hosts.To(peer, ProtocolType.Udp, ports.Item1, ports.Item2))));
            Assert.All([(client, client), (server, 53), (53, server)], ports => Assert.False(IsOpened(hosts.From(peer, ProtocolType.Udp, ports.Item1, ports.Item2))));
            Assert.False(IsOpened(hosts.From(peer, ProtocolType.Tcp, client, server)));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dhcp_OfAMachineWithoutAnAddress_PassesRegardlessOfBans(bool outbound)
    {
        await using var bench = await StartAsync(throughRouter: false, options => options.Outbound = outbound);
        using var hosts = new FlowHosts(bench.Path);
        await bench.ChangeAsync([PacketBench.Decide("0.0.0.0"), PacketBench.Decide("255.255.255.255")], []);
        bench.Path.Client.Nft("table ip no_address { chain out { type filter hook postrouting priority 300; ip saddr 10.9.9.9 ip saddr set 0.0.0.0; }; }");
        var other = IPAddress.Parse("10.9.9.9");
        Assert.True(Broadcasts(hosts.Client, "onward", new(other, DhcpClient), DhcpServer, hosts.Server, IPAddress.Any));
        Assert.False(Broadcasts(hosts.Client, "onward", new(other, 5353), DhcpServer, hosts.Server, IPAddress.Any));
        Assert.True(Broadcasts(hosts.Client, "onward", new(IPAddress.Parse("10.1.2.3"), DhcpServer), DhcpClient, hosts.Server, IPAddress.Parse("10.1.2.3")));
        Assert.False(Broadcasts(hosts.Client, "onward", new(IPAddress.Parse("10.1.2.3"), DhcpServer), 5353, hosts.Server, IPAddress.Parse("10.1.2.3")));
        Assert.True(Broadcasts(hosts.Server, "back", new(bench.Path.ServerIPv4, DhcpClient), DhcpServer, hosts.Client, bench.Path.ServerIPv4));
        Assert.Equal(!outbound, Broadcasts(hosts.Server, "back", new(bench.Path.ServerIPv4, 5353), 5353, hosts.Client, bench.Path.ServerIPv4));
    }

    /// <summary>The neighbour, all that its questions and answers come from, and all that they go to are banned.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Neighbours_AreFound_RegardlessOfBans(bool outbound)
    {
        await using var bench = await StartAsync(throughRouter: false, options => options.Outbound = outbound);
        await bench.MoveGatewaysAsync($"{PacketPath.ClientIPv4}");
        await bench.ChangeAsync([.. new[] { "fe80::/64", "::", "ff02::/16", $"{PacketPath.ClientIPv6}" }.Select(network => PacketBench.Decide(network))], []);
        Assert.Equal([$"{PacketPath.ClientIPv6}"], bench.Stopped($"{PacketPath.ClientIPv6}", "fd00::2"));

        bench.Path.Client.Ip($"neighbour del {bench.Path.ServerIPv6} dev onward");
        bench.Path.Server.Ip($"neighbour del {PacketPath.ClientIPv6} dev back");
        using var hosts = new FlowHosts(bench.Path);
        await Eventually.TrueAsync(() => IsOpened(hosts.From(IPAddress.Parse("fd00::2"), ProtocolType.Udp)));
        Assert.Contains("lladdr 02:00:00:00:00:02", bench.Path.Client.Ip($"neighbour show {bench.Path.ServerIPv6}"), StringComparison.Ordinal);
        Assert.Contains("lladdr 02:00:00:00:00:01", bench.Path.Server.Ip($"neighbour show {PacketPath.ClientIPv6}"), StringComparison.Ordinal);

        // Who has no address yet asks from "::" whether somebody else has it, and is answered by ff02::1.
        bench.Path.Client.Run(() => File.WriteAllText("/proc/sys/net/ipv6/conf/onward/accept_dad", "1"));
        bench.Path.Client.Ip($"address add {bench.Path.ServerIPv6} dev onward");
        await Eventually.TrueAsync(() => bench.Path.Client.Ip("address show dev onward").Contains("dadfailed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NeighbourDiscovery_FromBeyondALink_IsStopped()
    {
        await using var bench = await StartAsync(throughRouter: false);
        using var hosts = new FlowHosts(bench.Path);
        int[] discovery = [133, 134, 135, 136];
        int[] all = [1, 2, 3, 4, 128, .. discovery, 137];
        foreach (var peer in new[] { "fd00::1", "fd00:5:7::7" }.Select(IPAddress.Parse))
        {
            Assert.Equal(discovery, all.Where(type => Arrives(type, hopLimit: 255)));
            Assert.DoesNotContain(all, type => Arrives(type, hopLimit: 254));

            bool Arrives(int type, int hopLimit)
            {
                using var socket = hosts.Client.Network.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6));
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IpTimeToLive, hopLimit);
                socket.Bind(new IPEndPoint(peer, 0));
                hosts.Server.Tap.Take();
                hosts.Client.Send(() => socket.SendTo([(byte)type, .. new byte[47]], new IPEndPoint(bench.Path.ServerIPv6, 0)));
                return hosts.Server.Tap.Take().Any(packet => packet.Source.Equals(peer) && packet.Protocol == ProtocolType.IcmpV6 && packet.Bytes[0] == type);
            }
        }
    }

    [Fact]
    public async Task Gateway_ThatMoves_PassesAndTheOldOneIsStopped()
    {
        await using var bench = await StartAsync(throughRouter: false);
        await bench.BanAsync("10.1.2.4");
        await bench.BanAsync("fd00::2");
        string[] gateways = ["10.1.2.3", "10.1.2.4", "fd00::1", "fd00::2"];
        Assert.Equal(gateways, bench.Stopped(gateways));
        foreach (var now in new[] { new[] { "10.1.2.3", "fd00::1" }, ["10.1.2.4", "fd00::2"], ["10.1.2.3"], [] })
        {
            await bench.MoveGatewaysAsync(now);
            Assert.Equal(gateways.Except(now), bench.Stopped(gateways));
        }
    }

    /// <summary>No network is blocked, or no more, for which there was a decision: the rules alone change.</summary>
    [Theory]
    [InlineData("10.2.7.7", "10.2.7.8")]
    [InlineData("fd00:5:7::7", "fd00:5:7::8")]
    public async Task Gateway_ThatMovesWithinABannedRange_PassesAndTheOldOneIsStopped(string first, string second)
    {
        await using var bench = await StartAsync(throughRouter: false);
        Assert.Equal([first, second], bench.Stopped(first, second));
        await bench.MoveGatewaysAsync(first);
        Assert.Equal([second], bench.Stopped(first, second));
        await bench.MoveGatewaysAsync(second);
        Assert.Equal([first], bench.Stopped(first, second));
        await bench.MoveGatewaysAsync();
        Assert.Equal([first, second], bench.Stopped(first, second));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replies_WithoutTracking_AreStopped(bool throughRouter)
    {
        await using var bench = await StartAsync(throughRouter, options => options.Nftables.TrackConnections = false);
        Assert.DoesNotMatch(@"\bct\b", bench.Path.Firewall.Nft($"list table inet {PacketBench.Table}"));
        using var hosts = new FlowHosts(bench.Path);
        foreach (var protocol in new[] { ProtocolType.Tcp, ProtocolType.Udp, ProtocolType.Icmp })
        {
            Assert.All(s_banned, peer => Assert.False(IsOpened(hosts.To(IPAddress.Parse(peer), protocol))));
            Assert.True(IsOpened(hosts.To(IPAddress.Parse("10.1.2.4"), protocol)));
            Assert.True(IsOpened(hosts.To(IPAddress.Parse("fd00::2"), protocol)));
        }
    }

    /// <summary>The kernel prints nothing for the networks of tests, unless nf_log_all_netns says so: that the packets reach the rule
    /// is seen by a counter in it.</summary>
    [Theory]
    [InlineData(PacketVerdict.Drop)]
    [InlineData(PacketVerdict.Reject)]
    public async Task Log_OfWhatIsStopped_HasAPrefixAndALimit(PacketVerdict verdict)
    {
        await using var bench = await StartAsync(throughRouter: false, options =>
        {
            options.Nftables.Verdict = verdict;
            options.Nftables.LogPrefix = "[stopped] ";
            options.Nftables.LogsPerMinute = 1;
        });
        Assert.True(bench.Lets("10.1.2.4"));
        var rule = LogRule().Match(bench.Path.Firewall.Nft($"list chain inet {PacketBench.Table} refuse", "-a"));

        // Some versions of nft print the burst, and some do not, where it is 5.
        Assert.Equal("limit rate 1/minute log prefix \"[stopped] \" ", rule.Groups[1].Value.Replace("burst 5 packets ", "", StringComparison.Ordinal));
        var counted = rule.Groups[1].Value.Replace("log", "counter log", StringComparison.Ordinal);
        bench.Path.Firewall.Nft($"replace rule inet {PacketBench.Table} refuse handle {rule.Groups[2].Value} {counted}");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(s_banned, bench.Stopped([.. s_banned, "10.1.2.4", "fd00::2"]));
        }

        var packets = int.Parse(Packets().Match(bench.Path.Firewall.Nft($"list chain inet {PacketBench.Table} refuse")).Groups[1].Value, null);
        Assert.InRange(packets, 5, 6);
    }

    private static async Task<PacketBench> StartAsync(bool throughRouter, Action<FirewallOptions>? configure = null)
    {
        var bench = await PacketBench.StartAsync(throughRouter ? PacketPath.ThroughRouter() : PacketPath.ToServer(), configure);
        await bench.ChangeAsync([.. new[] { "10.1.2.3", "10.2.0.0/16", "fd00::1", "fd00:5::/32" }.Select(network => PacketBench.Decide(network))], []);
        return bench;
    }

    private static bool IsOpened(Flow connection)
    {
        using var flow = connection;
        return flow.Open() == ProbeResult.Arrived;
    }

    private static bool Broadcasts(FlowHost from, string device, IPEndPoint source, int port, FlowHost to, IPAddress seenAs)
    {
        const int levelSocket = 1;
        const int bindToDevice = 25;
        using var socket = from.Network.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true });
        socket.SetRawSocketOption(levelSocket, bindToDevice, Encoding.ASCII.GetBytes(device));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(source);
        to.Tap.Take();
        from.Send(() => socket.SendTo([1], new IPEndPoint(IPAddress.Broadcast, port)));
        return to.Tap.Take().Any(packet => packet.Protocol == ProtocolType.Udp && packet.Source.Equals(seenAs) && packet.Port == source.Port);
    }

    [GeneratedRegex(@"(limit rate .*)comment ""\w+"" # handle (\d+)")]
    private static partial Regex LogRule();

    [GeneratedRegex(@"counter packets (\d+) ")]
    private static partial Regex Packets();
}
