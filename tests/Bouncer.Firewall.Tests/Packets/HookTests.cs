using System.Net;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Where packets are stopped, and what their sender is told.</summary>
public sealed class HookTests
{
    private static readonly IPAddress[] s_banned = [IPAddress.Parse("10.1.2.3"), IPAddress.Parse("fd00::1")];
    private static readonly IPAddress[] s_other = [IPAddress.Parse("10.1.3.3"), IPAddress.Parse("fd00:0:0:1::1")];

    [Theory]
    [InlineData(true, new string[0], true)]
    [InlineData(true, new[] { "forward" }, true)]
    [InlineData(true, new[] { "input" }, false)]
    [InlineData(false, new string[0], true)]
    [InlineData(false, new[] { "input" }, true)]
    [InlineData(false, new[] { "forward" }, false)]
    public async Task Hooks_AsConfigured_StopWhatPassesThem(bool throughRouter, string[] hooks, bool stops)
    {
        var path = throughRouter ? PacketPath.ThroughRouter() : PacketPath.ToServer();
        await using var bench = await PacketBench.StartAsync(path, options => options.Nftables.Hooks = hooks);
        await BanAsync(bench);
        Assert.Equal(stops ? s_other : [.. s_banned, .. s_other], Arrived(bench.Probe.SendFrom([.. s_banned, .. s_other])));
        Assert.Equal(stops ? ProbeResult.Dropped : ProbeResult.Arrived, bench.Probe.ConnectFrom(s_banned[0]));
        Assert.Equal(stops ? ProbeResult.Dropped : ProbeResult.Arrived, bench.Probe.ConnectFrom(s_banned[1]));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Outbound_OnlyWhenAskedFor_IsStopped(bool throughRouter, bool outbound)
    {
        var path = throughRouter ? PacketPath.ThroughRouter() : PacketPath.ToServer();
        await using var bench = await PacketBench.StartAsync(path, options => options.Outbound = outbound);
        await BanAsync(bench);
        Assert.Equal(outbound ? s_other : [.. s_banned, .. s_other], Arrived(bench.Probe.SendTo([.. s_banned, .. s_other])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reject_TellsTheSenderAtOnce(bool throughRouter)
    {
        var path = throughRouter ? PacketPath.ThroughRouter() : PacketPath.ToServer();
        await using var bench = await PacketBench.StartAsync(path, options => options.Nftables.Verdict = PacketVerdict.Reject);
        await BanAsync(bench);
        Assert.Equal(ProbeResult.Reset, bench.Probe.ConnectFrom(s_banned[0]));
        Assert.Equal(ProbeResult.Reset, bench.Probe.ConnectFrom(s_banned[1]));
        Assert.Equal(s_other, Arrived(bench.Probe.SendFrom([.. s_banned, .. s_other])));
    }

    [Fact]
    public async Task Packets_ThatWereStopped_AreCountedByOrigin()
    {
        await using var bench = await PacketBench.StartAsync();
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.0/24", origin: "crowdsec"), PacketBench.Decide("10.2.0.0/16", origin: "CAPI"), PacketBench.Decide("fd00::1", origin: "CAPI")], []);
        Assert.Equal(5, bench.Stopped("10.1.2.3", "10.1.2.4", "10.2.0.1", "10.2.0.2", "fd00::1", "10.3.0.1").Count());
        await bench.Engine.PlanAsync(TestContext.Current.CancellationToken);
        var packets = bench.PacketsByOrigin.ToDictionary(StringComparer.OrdinalIgnoreCase);
        Assert.Equal((2, 3), (packets["crowdsec"], packets["CAPI"]));
        Assert.Equal([("CAPI", false, 1), ("CAPI", true, 2), ("crowdsec", true, 2)], bench.Backend.Dropped.Select(entry => (entry.Key.Origin, entry.Key.IsIPv4, entry.Value.Packets)).Order());
        Assert.All(bench.Backend.Dropped.Values, traffic => Assert.InRange(traffic.Bytes, 20 * traffic.Packets, 1500 * traffic.Packets));
    }

    private static Task BanAsync(PacketBench bench) => bench.ChangeAsync([PacketBench.Decide("10.1.2.0/24"), PacketBench.Decide("fd00::/64")], []);

    private static IPAddress[] Arrived(IReadOnlySet<IPAddress> arrived) => [.. s_banned.Concat(s_other).Where(arrived.Contains)];
}
