using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Protection;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Fakes;

/// <summary>The firewall as an application gets it, but for the decisions, the firewall itself and the clock.</summary>
internal sealed class FirewallFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    internal FirewallFixture(Action<FirewallOptions>? configure = null, Action<BouncerOptions>? core = null)
    {
        Decisions = new HeldDecisions(Clock);
        Backend = new MemoryBackend(Clock);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IDecisionStore>(Decisions);
        services.AddSingleton<IFirewallBackend>(Backend);
        services.AddSingleton<INetworkView>(Network);
        services.AddLogging(logging => logging.AddCollector(Log).SetMinimumLevel(LogLevel.Debug));
        services.AddHealthChecks().AddBouncer();
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = new Uri("http://lapi.example:8080/");
            options.Lapi.ApiKey = "key";
            core?.Invoke(options);
        }).AddFirewall(configure);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Sink = _services.GetServices<IDecisionSink>().Single();
    }

    internal TestClock Clock { get; } = new();

    internal HeldDecisions Decisions { get; }

    internal MemoryBackend Backend { get; }

    internal FakeNetworkView Network { get; } = new();

    internal FakeLogCollector Log { get; } = new();

    internal IDecisionSink Sink { get; }

    internal IFirewall Firewall => _services.GetRequiredService<IFirewall>();

    internal FirewallService Service => _services.GetServices<IHostedService>().OfType<FirewallService>().Single();

    internal async Task<HealthReportEntry> HealthAsync() =>
        (await _services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer-firewall"];

    internal T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Starts the service and tells it all decisions.</summary>
    internal async Task StartAsync()
    {
        await Service.StartAsync(TestContext.Current.CancellationToken);
        await TellAllAsync();
    }

    internal async Task TellAllAsync() => await Sink.ApplyAsync(new DecisionChangeSet(true, [.. Decisions.Enumerate()], []), TestContext.Current.CancellationToken);

    internal async Task TellAsync(Decision[]? added = null, Decision[]? removed = null) =>
        await Sink.ApplyAsync(new DecisionChangeSet(false, added ?? [], removed ?? []), TestContext.Current.CancellationToken);

    /// <summary>Adds a decision and tells of it.</summary>
    internal async Task<Decision> AddAsync(string network, TimeSpan duration, string type = "ban", string origin = "cscli")
    {
        var decision = Decisions.Add(network, duration, type, origin);
        await TellAsync(added: [decision]);
        return decision;
    }

    /// <summary>Removes a decision and tells of it.</summary>
    internal async Task RemoveAsync(Decision decision)
    {
        Decisions.Remove(decision);
        await TellAsync(removed: [decision]);
    }

    /// <summary>Waits until the service rests, which is when it waits for a time.</summary>
    internal async Task AdvanceAsync(TimeSpan by)
    {
        await Eventually.TrueAsync(() => Clock.ArmedTimers > 0);
        Clock.Advance(by);
    }

    internal Task BlocksAsync(params string[] networks) =>
        Eventually.GetAsync(() => Task.FromResult(string.Join(' ', Backend.Networks)), held => held == string.Join(' ', networks));

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
