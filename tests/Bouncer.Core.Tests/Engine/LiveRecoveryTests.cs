using Bouncer.Engine;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.Tests.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.Engine;

/// <summary>Live mode without clients: a load balancer sends none while the health check fails.</summary>
public sealed class LiveRecoveryTests : IAsyncDisposable
{
    private readonly SyncFixture _sync = new(
        options => options.Sync.Mode = BouncerMode.Live,
        builder => builder.Services.AddHealthChecks().AddBouncer(failureStatus: HealthStatus.Unhealthy));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Theory]
    [InlineData(LapiErrorKind.Forbidden, HealthStatus.Unhealthy)]
    [InlineData(LapiErrorKind.Unreachable, HealthStatus.Degraded)]
    internal async Task LapiThatFailedOnce_IsFoundAgainWithoutAClient(LapiErrorKind kind, HealthStatus during)
    {
        var recovery = _sync.Get<IEnumerable<IHostedService>>().OfType<LiveRecovery>().Single();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        _sync.Lapi.Query = (_, _) => throw new LapiException(kind, "It failed.");
        await _sync.AskAsync("192.0.2.7");
        Assert.Equal(during, await StatusAsync());

        var asked = 0;
        _sync.Lapi.Query = (_, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult<IReadOnlyList<Decision>>([]);
        };
        await Eventually.TrueAsync(() => _sync.Clock.IsArmedIn(LiveRecovery.Pause));
        _sync.Clock.Advance(LiveRecovery.Pause);
        await Eventually.TrueAsync(() => _sync.Status.ConsecutiveFailures == 0);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync());

        // While LAPI answers it is not asked.
        _sync.Clock.Advance(LiveRecovery.Pause);
        await recovery.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, asked);
    }

    /// <summary>A log that throws must not stop the host.</summary>
    [Fact]
    public async Task LogThatThrows_EndsNothing()
    {
        var asked = 0;
        await using var sync = new SyncFixture(
            options => options.Sync.Mode = BouncerMode.Live,
            builder => builder.Services.AddLogging(logging => logging.AddProvider(new ThrowingLog())));
        sync.Get<SyncState>().Failed(null, "It failed.");
        sync.Lapi.Query = (_, _) =>
        {
            Interlocked.Increment(ref asked);
            throw new LapiException(LapiErrorKind.Unreachable, "It failed.");
        };
        var recovery = sync.Get<IEnumerable<IHostedService>>().OfType<LiveRecovery>().Single();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        for (var times = 1; times <= 2; times++)
        {
            await Eventually.TrueAsync(() => sync.Clock.IsArmedIn(LiveRecovery.Pause));
            sync.Clock.Advance(LiveRecovery.Pause);
            await Eventually.TrueAsync(() => asked == times);
        }

        Assert.False(recovery.ExecuteTask!.IsFaulted);
        await recovery.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("The log failed.");

        public void Dispose()
        {
        }
    }

    private async Task<HealthStatus> StatusAsync() =>
        (await _sync.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer"].Status;
}
