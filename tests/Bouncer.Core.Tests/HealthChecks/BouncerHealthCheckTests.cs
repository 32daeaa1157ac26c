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

    private async Task<HealthReportEntry> CheckAsync() =>
        (await _sync.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer"];
}
