using System.Diagnostics;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>The worker as a service: real packets, between two networks, on what cscli tells a real CrowdSec.</summary>
[Collection(nameof(FirewallScene))]
public sealed class WorkerRunTests(FirewallScene scene) : IAsyncLifetime
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(10);

    public ValueTask InitializeAsync() => scene.StartAsync();

    public async ValueTask DisposeAsync() => await scene.ClearAsync();

    [Fact]
    public async Task Run_RangeAddedAndDeletedWithCscli_IsBlockedAndLetThrough()
    {
        await using var worker = await WorkerProcess.StartAsync(scene.Settings());
        foreach (var (range, inside, outside) in new[] { ("198.51.100.0/20", "198.51.111.7", "198.51.112.7"), ("2001:db8:feed::/48", "2001:db8:feed:1::7", "2001:db8:feee::7") })
        {
            Assert.True(scene.IsLetThrough(inside));

            await scene.CrowdSec.AddDecisionAsync(range);
            await scene.BecomesAsync(inside, isLetThrough: false);
            Assert.True(scene.IsLetThrough(outside));

            await scene.CrowdSec.DeleteDecisionsAsync(range);
            await scene.BecomesAsync(inside, isLetThrough: true);
        }

        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain("   at ", worker.Output + worker.Errors, StringComparison.Ordinal);
    }

    /// <summary>Words of nft's own and blanks in a log prefix are no rules that somebody else wrote.</summary>
    [Fact]
    public async Task Run_WithVerdictsAndBlanksInTheLogPrefix_KnowsItsOwnRulesAgain()
    {
        const string prefix = "[crowdsec]  drop in: ";
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(("Bouncer:Firewall:Nftables:LogPrefix", prefix)));
        await scene.BecomesAsync("198.51.100.7", isLetThrough: false);
        await Eventually.TrueAsync(() => worker.Output.Contains("nftables holds the decisions: 1 networks are blocked", StringComparison.Ordinal));
        Assert.Contains($"log prefix \"{prefix}\"", scene.Firewall.Nft("list ruleset"), StringComparison.Ordinal);

        await scene.CrowdSec.AddDecisionAsync("203.0.113.0/24");
        await scene.BecomesAsync("203.0.113.7", isLetThrough: false);
        await scene.CrowdSec.DeleteDecisionsAsync("198.51.100.0/24");
        await scene.BecomesAsync("198.51.100.7", isLetThrough: true);
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain("another program", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("could not be updated", worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task D9_Run_Killed_LeavesTheBansAndTheNextStartTakesThemOver()
    {
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        await using (var worker = await WorkerProcess.StartAsync(scene.Settings()))
        {
            await scene.BecomesAsync("198.51.100.7", isLetThrough: false);
            await worker.KillAsync();
        }

        Assert.False(scene.IsLetThrough("198.51.100.7"));

        await using var next = await WorkerProcess.StartAsync(scene.Settings());
        await Eventually.TrueAsync(() => next.Output.Contains("1 networks are blocked (0 added, 0 renewed, 0 removed)", StringComparison.Ordinal));
        Assert.False(scene.IsLetThrough("198.51.100.7"));
        await scene.CrowdSec.DeleteDecisionsAsync("198.51.100.0/24");
        await scene.BecomesAsync("198.51.100.7", isLetThrough: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_Terminated_StopsInTimeAndKeepsOrRemovesTheBans(bool remove)
    {
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(("Bouncer:Firewall:RemoveOnStop", remove ? "true" : "false")));
        await scene.BecomesAsync("198.51.100.7", isLetThrough: false);

        var watch = Stopwatch.StartNew();
        var exitCode = await worker.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.True(watch.Elapsed < s_stop, $"It took {watch.Elapsed} to stop.");
        Assert.Equal(remove, scene.IsLetThrough("198.51.100.7"));
        Assert.Equal(remove, scene.Tables.Length == 0);
    }
}
