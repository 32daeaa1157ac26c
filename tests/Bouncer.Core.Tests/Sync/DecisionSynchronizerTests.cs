using Bouncer.Lapi;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

public sealed class DecisionSynchronizerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WaitForFirstSync_IsDoneWithTheList()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]);

        await sync.Service.StartingAsync(Ct);

        Assert.True(sync.Status.IsReady);
        Assert.Equal("ban", await sync.AskAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Start_WaitForFirstSyncWithLapiDown_StartsAtTheTimeoutAndAllows()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Otherwise = () => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        var starting = sync.Service.StartingAsync(Ct);
        while (!starting.IsCompleted)
        {
            await Eventually.TrueAsync(() => sync.Clock.ArmedTimers >= 2 || starting.IsCompleted);
            sync.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await starting;
        Assert.InRange(sync.Clock.Elapsed, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(17));
        Assert.False(sync.Status.IsReady);
        Assert.Null(await sync.AskAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Start_BlockUntilReady_RefusesUntilTheFirstListOnly()
    {
        await using var sync = new SyncFixture(options => options.Sync.Startup = StartupPolicy.BlockUntilReady);
        sync.Lapi.ThenFail().Then([sync.Make.Make("192.0.2.7", "captcha")]);

        await sync.PullAsync();
        var verdict = await sync.Bouncer.CheckAsync(System.Net.IPAddress.Parse("198.51.100.1"), Ct);
        Assert.Equal(new BouncerVerdict(Remediation.Ban, null, VerdictSource.NotReady), verdict);
        Assert.Null(await sync.AskAsync("127.0.0.1"));

        await sync.PullAsync();
        Assert.Null(await sync.AskAsync("198.51.100.1"));
        Assert.Equal("captcha", await sync.AskAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Run_ThroughFailures_NeverEndsAndPullsAtTheInterval()
    {
        await using var sync = new SyncFixture(options => options.Sync.Startup = StartupPolicy.AllowUntilReady);
        sync.Lapi.Then().ThenBreak().ThenFail(LapiErrorKind.Forbidden).ThenFail().Then();
        await sync.Service.StartingAsync(Ct);

        for (var (polls, seen) = (1, 0); polls < 10; polls++)
        {
            await Eventually.TrueAsync(() => sync.Lapi.Pulls.Count > seen && sync.Clock.ArmedTimers == 1);
            seen = sync.Lapi.Pulls.Count;
            sync.Clock.Advance(sync.Clock.NextTimer!.Value);
        }

        await Eventually.TrueAsync(() => sync.Clock.NextTimer == TimeSpan.FromSeconds(10));
        Assert.Equal(0, sync.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task D8_Stop_EndsThePullThatRuns()
    {
        await using var sync = new SyncFixture(options => options.Sync.Startup = StartupPolicy.AllowUntilReady);
        await sync.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => sync.Clock.ArmedTimers == 1);

        await sync.Service.StopAsync(Ct);

        Assert.Equal(0, sync.Clock.ArmedTimers);
        sync.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(sync.Lapi.Pulls);
    }

    [Fact]
    public async Task Start_Twice_StartsOnce()
    {
        await using var sync = new SyncFixture();

        await sync.Service.StartingAsync(Ct);
        await sync.Service.StartAsync(Ct);

        await Eventually.TrueAsync(() => sync.Clock.ArmedTimers == 1);
        Assert.Single(sync.Lapi.Pulls);
    }

    [Fact]
    public async Task MaxStaleness_Passed_MakesUnknownClientsUnavailableAndKeepsBans()
    {
        await using var sync = new SyncFixture(options => options.Sync.MaxStaleness = TimeSpan.FromMinutes(5));
        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]).ThenFail();
        await sync.PullAsync();
        sync.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(VerdictSource.Store, (await sync.Bouncer.CheckAsync(System.Net.IPAddress.Parse("198.51.100.1"), Ct)).Source);

        sync.Clock.Advance(TimeSpan.FromSeconds(1));
        await sync.PullAsync();

        Assert.Equal(VerdictSource.Unavailable, (await sync.Bouncer.CheckAsync(System.Net.IPAddress.Parse("198.51.100.1"), Ct)).Source);
        Assert.Equal("ban", await sync.AskAsync("192.0.2.7"));
        Assert.True(sync.Status.IsStale);
    }

    [Fact]
    public async Task Run_WithALogThatThrows_Continues()
    {
        var log = FakeLogCollector.Create(new()
        {
            FilteredLevels = { LogLevel.Warning, LogLevel.Error, LogLevel.Critical },
            OutputSink = _ => throw new InvalidOperationException("The disk is full."),
        });
        await using var sync = new SyncFixture(
            options => options.Sync.Startup = StartupPolicy.AllowUntilReady,
            builder => builder.Services.AddLogging(logging => logging.AddCollector(log)));
        sync.Lapi.ThenFail().Then([sync.Make.Make("192.0.2.7")]);

        await sync.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => sync.Clock.ArmedTimers == 1);
        sync.Clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => sync.Lapi.Pulls.Count == 2 && sync.Clock.ArmedTimers == 1);

        Assert.NotEmpty(log.Lines);
        Assert.Equal("ban", await sync.AskAsync("192.0.2.7"));
    }
}
