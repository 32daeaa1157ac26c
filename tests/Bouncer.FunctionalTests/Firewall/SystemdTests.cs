using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>What the worker tells systemd, over a socket such as systemd's.</summary>
[Collection(nameof(FirewallScene))]
public sealed class SystemdTests(FirewallScene scene) : IAsyncLifetime
{
    public ValueTask InitializeAsync() => scene.StartAsync();

    public async ValueTask DisposeAsync() => await scene.ClearAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_FromStartToStop_TellsSystemd(bool isAbstract)
    {
        using var systemd = new NotifySocket(isAbstract);
        await scene.CrowdSec.AddDecisionAsync("198.51.100.0/24");
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(("NOTIFY_SOCKET", systemd.Name), ("JOURNAL_STREAM", "8:1")));

        Assert.Equal(["STATUS=Waiting for the first decisions."], systemd.Receive());
        Assert.Equal(["READY=1", "STATUS=1 of 1 networks are blocked.", "WATCHDOG=1"], systemd.Receive());
        Assert.False(scene.IsLetThrough("198.51.100.7"));
        Assert.Equal(0, await worker.TerminateAsync());
        systemd.ReceiveUntil("STOPPING=1");

        // The journal's own form: how grave it is, and no time.
        Assert.All(worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^<[3-6]>[A-Z]", line));
    }

    [Fact]
    public async Task Service_NoDecisionsCome_IsReadyAfterTheWaitAndSaysWhy()
    {
        using var systemd = new NotifySocket(isAbstract: false);
        var url = $"http://127.0.0.1:{FreePort.Take()}/";
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(
            ("NOTIFY_SOCKET", systemd.Name), ("Bouncer:Lapi:Url", url), ("Bouncer:Sync:StartupTimeout", "00:00:01")));

        var ready = systemd.ReceiveUntil("READY=1")[^1];

        Assert.Contains($"STATUS=0 of 0 networks are blocked. LAPI: No connection to LAPI at {url} could be made: it was refused, so nothing listens there.", ready);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [Fact]
    public async Task Watchdog_PullsMove_IsFed()
    {
        using var systemd = new NotifySocket(isAbstract: false);
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(
            ("NOTIFY_SOCKET", systemd.Name), ("WATCHDOG_USEC", "500000"), ("Bouncer:Firewall:DryRun", "true")));

        systemd.ReceiveUntil("READY=1");
        Assert.All(Enumerable.Range(0, 3), _ => systemd.ReceiveUntil("WATCHDOG=1"));
    }

    [Fact]
    public async Task Watchdog_NothingMoves_StarvesWhileTheTimerGoesOn()
    {
        using var systemd = new NotifySocket(isAbstract: false);
        await using var worker = await WorkerProcess.StartAsync(scene.Settings(
            ("NOTIFY_SOCKET", systemd.Name), ("WATCHDOG_USEC", "400000"), ("Bouncer:Firewall:DryRun", "true"), ("Bouncer:Sync:Interval", "01:00:00")));

        systemd.ReceiveUntil("READY=1");
        var after = Enumerable.Range(0, 4).Select(_ => systemd.Receive()).SelectMany(lines => lines).ToArray();
        Assert.All(after.Skip(2), line => Assert.StartsWith("STATUS=", line, StringComparison.Ordinal));
    }
}
