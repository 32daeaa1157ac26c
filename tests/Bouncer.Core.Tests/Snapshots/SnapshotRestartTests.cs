using Bouncer.Testing;
using Bouncer.Tests.Settings;
using Bouncer.TestUtils;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Tests.Snapshots;

/// <summary>The engine over a restart, with a LAPI that answers late, never, or otherwise than before.</summary>
public sealed class SnapshotRestartTests
{
    [Fact]
    public async Task Start_WhileLapiIsDown_EnforcesTheSnapshotAtOnceUntilEachDecisionsEnd()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await all.SaveAsync();
        var clock = all.Later(TimeSpan.FromHours(1));
        await using var next = all.Instance(clock: clock);

        await next.StartAsync();

        Assert.True(await next.IsBannedAsync("192.0.2.7"));
        Assert.False(await next.IsBannedAsync("192.0.2.8"));
        Assert.True(next.Status is { IsReady: true, IsFromSnapshot: true, IsStale: false, DecisionCount: 1, LastFullSync: null });
        Assert.Equal(clock.GetUtcNow() - TimeSpan.FromHours(1), next.Status.LastSuccess);
        Assert.Equal(HealthStatus.Degraded, await next.HealthAsync());
        Assert.Contains("1 decisions of a pull 01:00:00 ago", next.Text(1140), StringComparison.Ordinal);

        clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(2));
        Assert.True(await next.IsBannedAsync("192.0.2.7"));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await next.IsBannedAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Start_WithALapiThatComesBack_TakesItsWholeList()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        all.Lapi.Database.Add("192.0.2.8", TimeSpan.FromHours(4));
        await all.SaveAsync();
        all.Lapi.Database.Delete("192.0.2.7");
        all.Lapi.Database.Add("192.0.2.9", TimeSpan.FromHours(4));
        await using var next = all.Instance();
        await next.StartAsync();
        Assert.True(await next.IsBannedAsync("192.0.2.7"));
        Assert.Equal(HealthStatus.Degraded, await next.HealthAsync());
        var asked = all.Lapi.Requests.Count;

        await all.Lapi.StartAgainAsync();
        await next.PollUntilAsync(() => Task.FromResult(!next.Status.IsFromSnapshot));

        Assert.False(await next.IsBannedAsync("192.0.2.7"));
        Assert.True(await next.IsBannedAsync("192.0.2.8"));
        Assert.True(await next.IsBannedAsync("192.0.2.9"));
        Assert.Contains("startup=true", all.Lapi.Requests.Skip(asked).First().PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(1, next.Count(1101));
        Assert.NotNull(next.Status.LastFullSync);
        Assert.Equal(HealthStatus.Healthy, await next.HealthAsync());
    }

    [Fact]
    public async Task Start_BlockUntilReady_WithASnapshotRefusesOnlyWhoIsBanned()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await all.SaveAsync();
        await using var next = all.Instance(static options => options.Sync.Startup = StartupPolicy.BlockUntilReady);

        await next.StartAsync();

        Assert.True(await next.IsBannedAsync("192.0.2.7"));
        Assert.False(await next.IsBannedAsync("192.0.2.8"));
    }

    [Fact]
    public async Task Start_WithASnapshotOfAFallback_EnforcesIt()
    {
        await using var all = await SnapshotFixture.StartAsync();
        var preferred = new Uri("http://127.0.0.1:1/");
        await SaveAsFallbackAsync(all, preferred);
        await all.Lapi.StopAsync();

        await using var next = all.Instance(options => Prefer(preferred, options));
        await next.StartAsync();

        Assert.True(await next.IsBannedAsync("192.0.2.7"));
        Assert.True(next.Status.IsFromSnapshot);
        Assert.Equal(all.Lapi.Url, next.Status.Lapi);
    }

    /// <summary>Its questions fail, by which it would be doubted if the snapshot were its own.</summary>
    [Fact]
    public async Task Start_WithASnapshotOfAFallback_TakesTheListOfAnotherInItsPlace()
    {
        await using var all = await SnapshotFixture.StartAsync();
        await using var preferred = await ReloadFixture.StartLapiAsync(all.Clock);
        await preferred.StopAsync();
        await SaveAsFallbackAsync(all, preferred.Url, preferred.ApiKey);
        await preferred.StartAgainAsync();
        preferred.Database.Add("192.0.2.9", TimeSpan.FromHours(4));
        preferred.Faults.Add(new Fault { Path = "/v1/decisions/stream" });
        preferred.Faults.Add(new Fault { Path = "/v1/decisions", Status = 500 });

        await using var next = all.Instance(options => Prefer(preferred.Url, options, preferred.ApiKey));
        await next.StartAsync();
        await next.PollUntilAsync(() => next.IsBannedAsync("192.0.2.9"));

        Assert.False(await next.IsBannedAsync("192.0.2.7"));
        Assert.Equal(preferred.Url, next.Status.Lapi);
    }

    /// <summary>Saves a snapshot of the fixture's LAPI as that of a fallback, while the preferred one is down.</summary>
    private static async Task SaveAsFallbackAsync(SnapshotFixture all, Uri preferred, string key = "another")
    {
        all.Lapi.Database.Add("192.0.2.6", TimeSpan.FromHours(4));
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await using var first = all.Instance(options => Prefer(preferred, options, key));
        await first.StartAsync();
        await first.PollUntilAsync(() => Task.FromResult(first.Status.LastSuccess is not null));
    }

    private static void Prefer(Uri preferred, BouncerOptions options, string key = "another")
    {
        options.Lapi.Fallbacks = [new() { Url = options.Lapi.Url, ApiKey = options.Lapi.ApiKey }];
        (options.Lapi.Url, options.Lapi.ApiKey) = (preferred, key);
        options.Sync.Startup = StartupPolicy.AllowUntilReady;
    }

    [Fact]
    public async Task Stop_BeforeTheNextSave_SavesWhatIsHeld()
    {
        await using var all = await SnapshotFixture.StartAsync();
        await using (var first = all.Instance(static options => options.Snapshot.Interval = TimeSpan.FromDays(1)))
        {
            await first.StartAsync();
            await Eventually.TrueAsync(() => first.Count(1144) == 1);
            all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
            await first.PollUntilAsync(() => first.IsBannedAsync("192.0.2.7"));
            Assert.Equal(1, first.Count(1144));
        }

        await all.Lapi.StopAsync();
        await using var next = all.Instance();
        await next.StartAsync();
        Assert.True(await next.IsBannedAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Run_WithChanges_SavesThemOnceAnInterval()
    {
        await using var all = await SnapshotFixture.StartAsync();
        await using var instance = all.Instance(static options => options.Snapshot.Interval = TimeSpan.FromMinutes(5));
        await instance.StartAsync();
        await Eventually.TrueAsync(() => instance.Count(1144) == 1 && all.Clock.IsArmedIn(TimeSpan.FromMinutes(5)));
        var began = all.Clock.Elapsed;
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));

        await instance.PollUntilAsync(() => Task.FromResult(instance.Count(1144) == 2));

        Assert.True(all.Clock.Elapsed - began >= TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Start_WithMaxStaleness_CountsFromThePullOfTheSnapshot()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await all.SaveAsync();
        var clock = all.Later(TimeSpan.FromHours(1));
        await using var next = all.Instance(static options => options.Sync.MaxStaleness = TimeSpan.FromHours(2), clock);
        await next.StartAsync();
        Assert.False(next.Status.IsStale);

        clock.Advance(TimeSpan.FromMinutes(61));

        Assert.True(next.Status.IsStale);
        Assert.True(await next.IsBannedAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Start_WhenAllDecisionsHaveEnded_IsNotReady()
    {
        await using var all = await SnapshotFixture.StartAsync();
        all.Lapi.Database.Add("192.0.2.7", TimeSpan.FromHours(4));
        await all.SaveAsync();
        await using var next = all.Instance(static options => options.Sync.Startup = StartupPolicy.AllowUntilReady, all.Later(TimeSpan.FromHours(5)));

        await next.StartAsync();

        Assert.True(next.Status is { IsReady: false, IsFromSnapshot: false });
        Assert.False(await next.IsBannedAsync("192.0.2.7"));
    }

    [Fact]
    public async Task Start_InLiveMode_SavesNothing()
    {
        await using var all = await SnapshotFixture.StartAsync();
        await using (var live = all.Instance(static options => options.Sync.Mode = BouncerMode.Live))
        {
            await live.StartAsync();
        }

        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(all.Path)!));
    }
}
