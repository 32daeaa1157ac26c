using System.Net;
using Bouncer.HealthChecks;
using Bouncer.Sync;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Settings;

/// <summary>The engine over a stand-in for LAPI, with a configuration that the test changes and a clock that it moves.</summary>
internal sealed class ReloadFixture : IAsyncDisposable
{
    private readonly IConfigurationRoot _configuration;
    private readonly ServiceProvider _services;

    private ReloadFixture(LocalApiServer lapi, TestClock clock, (string Key, string? Value)[] settings)
    {
        (Lapi, Clock) = (lapi, clock);
        _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        Set([("Lapi:Url", lapi.Url.ToString()), ("Lapi:ApiKey", lapi.ApiKey), .. settings]);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddCollector(Log));
        services.AddBouncerCore(_configuration.GetSection("Bouncer"));
        _services = services.BuildServiceProvider();
        _ = Settings.CurrentValue;
    }

    internal LocalApiServer Lapi { get; }

    internal TestClock Clock { get; }

    internal FakeLogCollector Log { get; } = new();

    internal IBouncer Bouncer => _services.GetRequiredService<IBouncer>();

    internal IOptionsMonitor<BouncerOptions> Settings => _services.GetRequiredService<IOptionsMonitor<BouncerOptions>>();

    internal IHostedLifecycleService Service => _services.GetServices<IHostedService>().OfType<DecisionSynchronizer>().Single();

    /// <summary>What LAPI was asked for, without what is asked beside pulls.</summary>
    internal IEnumerable<string> Pulls => Lapi.Requests.Select(request => request.PathAndQuery).Where(path => path.Contains("/stream?", StringComparison.Ordinal));

    internal static async Task<ReloadFixture> StartAsync(params (string Key, string? Value)[] settings)
    {
        var clock = new TestClock();
        return new(await StartLapiAsync(clock), clock, settings);
    }

    /// <summary>An engine over a LAPI that runs, which is disposed with it.</summary>
    internal static ReloadFixture Over(LocalApiServer lapi, TestClock clock, params (string Key, string? Value)[] settings) => new(lapi, clock, settings);

    internal static Task<LocalApiServer> StartLapiAsync(TimeProvider clock) =>
        LocalApiServer.StartAsync(new LocalApiOptions { TimeProvider = clock }, TestContext.Current.CancellationToken);

    /// <summary>Changes settings and has the configuration reloaded.</summary>
    internal void Change(params (string Key, string? Value)[] settings)
    {
        Set(settings);
        _configuration.Reload();
    }

    internal Task<TimeSpan> PullAsync() => _services.GetRequiredService<DecisionPuller>().PullAsync(TestContext.Current.CancellationToken);

    internal T Get<T>() => _services.GetServices<IHostedService>().OfType<T>().Single();

    internal ValueTask<BouncerVerdict> CheckAsync(string address) => Bouncer.CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);

    internal Task<HealthCheckResult> HealthAsync() => new BouncerHealthCheck(Bouncer, Settings, Clock).CheckHealthAsync(new()
    {
        Registration = new("bouncer", _ => null!, HealthStatus.Unhealthy, null),
    });

    internal async Task<bool> IsBannedAsync(string address) => (await CheckAsync(address)).Remediation == Remediation.Ban;

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await Lapi.DisposeAsync();
    }

    private void Set(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            _configuration["Bouncer:" + key] = value;
        }
    }
}
