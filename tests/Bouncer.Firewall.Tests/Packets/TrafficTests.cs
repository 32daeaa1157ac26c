using System.Net;
using System.Net.Sockets;
using Bouncer.Firewall.Backends;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>What is counted of the packets that pass the rules.</summary>
public sealed class TrafficTests
{
    private static readonly string[] s_sources = ["10.1.2.3", "10.1.2.4", "10.3.0.1", "10.3.0.2", "fd00::1", "fd00::2"];

    /// <summary>One more datagram follows all others of the probe.</summary>
    private const int SentIPv4 = 5;

    private const int SentIPv6 = 2;
    private const int StoppedIPv4 = 2;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Processed_CountsWhatIsStoppedAndWhatIsNot(bool throughRouter)
    {
        await using var bench = await StartAsync(throughRouter ? PacketPath.ThroughRouter() : PacketPath.ToServer());
        Probe(bench);
        await ReadAsync(bench);
        Assert.Equal(SentIPv4, bench.Backend.Processed[true].Packets);
        Assert.InRange(bench.Backend.Processed[true].Bytes, 28 * SentIPv4, 40 * SentIPv4);
        Assert.Equal(StoppedIPv4, DroppedIPv4(bench));

        // This machine's own messages of IPv6 pass the input hook too.
        Assert.InRange(bench.Backend.Processed[false].Packets, SentIPv6, throughRouter ? SentIPv6 : long.MaxValue);
    }

    [Fact]
    public async Task Processed_CountsWhatIsNeverBlocked()
    {
        await using var bench = await StartAsync(PacketPath.ToServer());
        bench.Path.Firewall.Run(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.SendTo([1], socket.LocalEndPoint!);
            socket.Receive(new byte[1]);
        });
        await ReadAsync(bench);
        Assert.Equal(1, bench.Backend.Processed[true].Packets);
    }

    [Fact]
    public async Task Sums_GrowAlthoughCountersAreResetOrDeleted()
    {
        await using var bench = await StartAsync(PacketPath.ToServer());
        Probe(bench);
        Probe(bench);
        await ReadAsync(bench);
        bench.Path.Firewall.Nft($"reset counters table inet {PacketBench.Table}");
        Probe(bench);
        await ReadAsync(bench);
        Assert.Equal((3 * SentIPv4, 3 * StoppedIPv4), (bench.Backend.Processed[true].Packets, DroppedIPv4(bench)));
        bench.Path.Firewall.Nft($"delete table inet {PacketBench.Table}");
        await bench.Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
        Probe(bench);
        await ReadAsync(bench);
        Assert.Equal((4 * SentIPv4, 4 * StoppedIPv4), (bench.Backend.Processed[true].Packets, DroppedIPv4(bench)));
    }

    [Fact]
    public async Task Sums_BeginWithTheProcess()
    {
        await using var bench = await StartAsync(PacketPath.ToServer());
        Probe(bench);
        await bench.StartAgainAsync();
        Probe(bench);
        await ReadAsync(bench);
        Assert.Equal((SentIPv4, StoppedIPv4), (bench.Backend.Processed[true].Packets, DroppedIPv4(bench)));
    }

    private static async Task<PacketBench> StartAsync(PacketPath path)
    {
        var bench = await PacketBench.StartAsync(path);
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.0/24"), PacketBench.Decide("fd00::1")], []);
        return bench;
    }

    private static void Probe(PacketBench bench) => Assert.Equal(["10.1.2.3", "10.1.2.4", "fd00::1"], bench.Stopped(s_sources));

    private static Task<FirewallPlan> ReadAsync(PacketBench bench) => bench.Engine.PlanAsync(TestContext.Current.CancellationToken);

    private static long DroppedIPv4(PacketBench bench) => bench.Backend.Dropped[("crowdsec", true)].Packets;
}
