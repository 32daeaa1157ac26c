using System.Net;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Packets come all the time while rules are written: not one from a banned network may get through, and not one from
/// another may be lost.</summary>
public sealed class RestartTests
{
    [Fact]
    public Task Restart_OnWhatIsThere_LetsNoPacketThrough() =>
        WhileProbedAsync(_ => { }, bench => bench.StartAgainAsync());

    [Fact]
    public Task Restart_WithOtherRules_LetsNoPacketThrough()
    {
        var round = 0;
        return WhileProbedAsync(
            options =>
            {
                options.Outbound = round % 2 == 1;
                options.Nftables.Priority = -10 - (round % 3);
            },
            bench =>
            {
                bench.TrustedNetworks.Clear();
                bench.TrustedNetworks.AddRange(round++ % 2 == 0 ? ["172.16.0.0/12", "10.9.9.9"] : []);
                return bench.StartAgainAsync();
            });
    }

    [Fact]
    public Task Renewal_OfAllBans_LetsNoPacketThrough()
    {
        var round = 0;
        return WhileProbedAsync(_ => { }, bench =>
        {
            Decision[] all = [.. bench.Decisions.Enumerate()];
            var duration = TimeSpan.FromHours(1 + (++round % 3));
            return bench.ChangeAsync([.. all.Select(decision => PacketBench.Decide(decision.Value, duration))], all);
        });
    }

    [Fact]
    public Task Bans_OfNewLengthsAndOrigins_LetNoPacketThrough()
    {
        var round = 0;
        return WhileProbedAsync(_ => { }, async bench =>
        {
            var added = await bench.BanAsync($"172.16.0.0/{12 + ++round}", origin: $"list{round}");
            await bench.PardonAsync(added);
        });
    }

    private static async Task WhileProbedAsync(Action<FirewallOptions> configure, Func<PacketBench, Task> disturbAsync)
    {
        await using var bench = await PacketBench.StartAsync(configure);
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.3"), PacketBench.Decide("10.2.0.0/16"), PacketBench.Decide("fd00::1"), PacketBench.Decide("fd00:5::/32")], []);
        IPAddress[] banned = [.. new[] { "10.1.2.3", "10.2.0.1", "fd00::1", "fd00:5::1" }.Select(IPAddress.Parse)];
        IPAddress[] others = [.. new[] { "10.1.2.4", "10.3.0.1", "fd00::2", "fd00:6::1" }.Select(IPAddress.Parse)];
        var (rounds, isOver, faults) = (0, false, new List<string>());
        var probing = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                var arrived = bench.Probe.SendFrom([.. banned, .. others]);
                faults.AddRange(banned.Where(arrived.Contains).Select(source => $"{source} got through"));
                faults.AddRange(others.Where(source => !arrived.Contains(source)).Select(source => $"{source} was stopped"));
                rounds++;
            }
        });
        for (var i = 0; i < 12; i++)
        {
            await disturbAsync(bench);
            await bench.Engine.ApplyAsync(TestContext.Current.CancellationToken);
        }

        Volatile.Write(ref isOver, true);
        await probing;
        Assert.Empty(faults.Distinct());
        Assert.True(rounds > 100, $"Only {rounds} rounds of packets");
    }
}
