using Bouncer.Lapi;
using Bouncer.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Tests.HealthChecks;

public sealed class BouncerHealthCheckTests : IAsyncDisposable
{
    private readonly SyncFixture _sync = new(build: builder => builder.Services.AddHealthChecks().AddBouncer(failureStatus: HealthStatus.Unhealthy));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Fact]
    public async Task Check_BeforeAnySync_Fails() => Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Status);

    [Fact]
    public async Task Check_AfterASync_IsHealthyUntilThreeIntervalsPass()
    {
        _sync.Lapi.Then([_sync.Make.Make("192.0.2.7")]);
        await _sync.PullAsync();

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);
        Assert.Equal(1, (await CheckAsync()).Data["decisions"]);
        _sync.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync()).Status);
    }

    [Fact]
    public async Task Check_WhileTheKeyIsRefused_Fails()
    {
        _sync.Lapi.Then().ThenFail(LapiErrorKind.Forbidden);
        await _sync.PullAsync();
        await _sync.PullAsync();

        var entry = await CheckAsync();

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Equal("It failed.", entry.Data["lastError"]);
    }

    [Fact]
    public async Task Check_InLiveMode_DegradesWithTheFirstFailureBeforeAnyAnswer()
    {
        await using var sync = new SyncFixture(
            options => options.Sync.Mode = BouncerMode.Live,
            builder => builder.Services.AddHealthChecks().AddBouncer());
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(sync)).Status);
        sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        await sync.AskAsync("192.0.2.7");
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(sync)).Status);
        sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);
        await sync.AskAsync("192.0.2.8");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(sync)).Status);
    }

    /// <summary>All is done as asked, and no client is refused.</summary>
    [Theory]
    [InlineData("origins", "The filters of Bouncer:Sync leave no decision at all")]
    [InlineData("scopes", "The filters of Bouncer:Sync leave no decision at all")]
    [InlineData("trust", "Bouncer:TrustedNetworks holds ::/0")]
    [InlineData("", null)]
    public async Task Check_SettingsThatLeaveNothing_Degrade(string what, string? description)
    {
        await using var sync = new SyncFixture(
            options =>
            {
                options.Sync.Origins = what == "origins" ? ["nosuch"] : null;
                options.Sync.Scopes = what == "scopes" ? ["country"] : null;
                options.TrustedNetworks = what == "trust" ? ["10.0.0.0/8", "::/0"] : null;
            },
            builder => builder.Services.AddHealthChecks().AddBouncer());
        sync.Lapi.Then();
        await sync.PullAsync();
        var idle = await CheckAsync(sync);
        Assert.Equal(description is null ? HealthStatus.Healthy : HealthStatus.Degraded, idle.Status);
        Assert.StartsWith(description ?? "", idle.Description ?? "", StringComparison.Ordinal);

        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]);
        await sync.PullAsync();
        Assert.Equal(what == "trust" ? HealthStatus.Degraded : HealthStatus.Healthy, (await CheckAsync(sync)).Status);
    }

    private Task<HealthReportEntry> CheckAsync() => CheckAsync(_sync);

    private static async Task<HealthReportEntry> CheckAsync(SyncFixture sync) =>
        (await sync.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer"];
}
