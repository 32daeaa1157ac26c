using System.Net;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Snapshots;

/// <summary>An engine as an application has it. Disposing of it is a stop.</summary>
internal sealed class SnapshotInstance : IAsyncDisposable
{
    private readonly TestClock _clock;
    private readonly ServiceProvider _services;
    private bool _isDisposed;

    internal SnapshotInstance(TestClock clock, Action<BouncerOptions> configure, ILoggerProvider? log = null)
    {
        _clock = clock;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddCollector(Log));
        if (log is not null)
        {
            services.AddSingleton(log);
        }

        services.AddBouncerCore(configure);
        services.AddHealthChecks().AddBouncer();
        _services = services.BuildServiceProvider();
    }

    internal FakeLogCollector Log { get; } = new();

    internal BouncerStatus Status => _services.GetRequiredService<IBouncer>().Status;

    internal DecisionPuller Puller => _services.GetRequiredService<DecisionPuller>();

    private DecisionSynchronizer Service => _services.GetServices<IHostedService>().OfType<DecisionSynchronizer>().Single();

    internal Task StartAsync() => Service.StartingAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.DefaultDeadline);

    internal async Task<bool> IsBannedAsync(string address)
    {
        var verdict = await _services.GetRequiredService<IBouncer>().CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);
        return verdict.Remediation == Remediation.Ban;
    }

    internal async Task<HealthStatus> HealthAsync() =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Status;

    /// <summary>Moves the clock from poll to poll until a condition holds.</summary>
    internal Task PollUntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        return false;
    });

    internal int Count(int eventId) => Log.GetSnapshot().Count(line => line.Id.Id == eventId);

    internal string Text(int eventId) => Assert.Single(Log.GetSnapshot(), line => line.Id.Id == eventId).Message;

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await Service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
