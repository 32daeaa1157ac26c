using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Networks within networks, each with a decision of its own.</summary>
public sealed class OverlapTests
{
    private static readonly string[] s_ipv4 = ["10.1.0.0/16", "10.1.2.0/24", "10.1.2.3"];
    private static readonly string[] s_ipv6 = ["fd00:1::/32", "fd00:1:2:3::/64", "fd00:1:2:3::4"];

    // One address in each of them only, from the widest on, and one outside of all.
    private static readonly string[] s_probesIPv4 = ["10.1.9.9", "10.1.2.9", "10.1.2.3", "10.2.0.0"];
    private static readonly string[] s_probesIPv6 = ["fd00:1:9::9", "fd00:1:2:3::9", "fd00:1:2:3::4", "fd00:2::"];

    public static TheoryData<int, int, int> Orders => new() { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Overlaps_TakenBackInAnyOrder_LeaveTheOthers(int first, int second, int third)
    {
        await using var bench = await PacketBench.StartAsync();
        foreach (var (networks, probes) in new[] { (s_ipv4, s_probesIPv4), (s_ipv6, s_probesIPv6) })
        {
            var decisions = new Decision?[3];
            for (var i = 0; i < 3; i++)
            {
                decisions[i] = await bench.BanAsync(networks[i], TimeSpan.FromHours(1 + i));
            }

            Assert.Equal(probes[..3], bench.Stopped(probes));
            foreach (var next in new[] { first, second, third })
            {
                await bench.PardonAsync(decisions[next]!);
                decisions[next] = null;
                Assert.Equal(Expected(decisions, probes), bench.Stopped(probes));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Overlaps_ThatEndInAnyOrder_LeaveTheOthers(int first, int second, int third)
    {
        await using var bench = await PacketBench.StartAsync();
        var seconds = new double[3];
        (seconds[first], seconds[second], seconds[third]) = (0.6, 1.2, 3600);
        await bench.ChangeAsync([.. s_ipv4.Concat(s_ipv6).Select((network, i) => PacketBench.Decide(network, TimeSpan.FromSeconds(seconds[i % 3])))], []);
        string[] probes = [.. s_probesIPv4, .. s_probesIPv6];
        Assert.Equal(s_probesIPv4[..3].Concat(s_probesIPv6[..3]), bench.Stopped(probes));
        Decision?[] left = new Decision?[3];
        left[third] = left[second] = PacketBench.Decide("10.0.0.0");
        await UntilStoppedAsync(bench, probes, left);
        left[second] = null;
        await UntilStoppedAsync(bench, probes, left);
    }

    [Fact]
    public async Task Decisions_OnOneNetwork_HoldUntilTheLastIsTakenBack()
    {
        await using var bench = await PacketBench.StartAsync();
        var longer = await bench.BanAsync("10.1.2.0/24", TimeSpan.FromHours(4), "CAPI");
        var shorter = await bench.BanAsync("10.1.2.0/24", TimeSpan.FromHours(1));
        await bench.PardonAsync(longer);
        Assert.False(bench.Lets("10.1.2.3"));
        await bench.PardonAsync(shorter);
        Assert.True(bench.Lets("10.1.2.3"));
    }

    private static Task UntilStoppedAsync(PacketBench bench, string[] probes, Decision?[] left)
    {
        string[] expected = [.. Expected(left, s_probesIPv4), .. Expected(left, s_probesIPv6)];
        return Eventually.TrueAsync(() => bench.Stopped(probes).SequenceEqual(expected));
    }

    // A probe is stopped while its own network or a wider one is banned.
    private static IEnumerable<string> Expected(Decision?[] decisions, string[] probes) =>
        probes[..3].Where((_, i) => decisions[..(i + 1)].Any(decision => decision is not null));
}
