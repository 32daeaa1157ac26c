using System.Net;
using Bouncer.Engine;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Tests.Sync;

/// <summary>The engine as an application gets it, with a scripted LAPI and a clock that the test moves.</summary>
internal sealed class SyncFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    internal SyncFixture(Action<BouncerOptions>? configure = null, Action<IBouncerBuilder>? build = null)
    {
        Make = new DecisionBuilder(Clock);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<ILapiClient>(Lapi);
        var builder = services.AddBouncerCore(options =>
        {
            options.Lapi.Url = new Uri("http://127.0.0.1:1/");
            options.Lapi.ApiKey = "key";
            configure?.Invoke(options);
        });
        services.AddSingleton<ILapiClient>(Lapi);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    internal TestClock Clock { get; } = new();

    internal ScriptedLapi Lapi { get; } = new();

    internal DecisionBuilder Make { get; }

    internal DecisionPuller Puller => _services.GetRequiredService<DecisionPuller>();

    internal IBouncer Bouncer => _services.GetRequiredService<IBouncer>();

    internal IDecisionStore Store => _services.GetRequiredService<IDecisionStore>();

    internal BouncerStatus Status => Bouncer.Status;

    internal IHostedLifecycleService Service => _services.GetServices<IHostedService>().OfType<DecisionSynchronizer>().Single();

    internal T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    internal Task<TimeSpan> PullAsync() => Puller.PullAsync(TestContext.Current.CancellationToken);

    /// <summary>What the bouncer says about an address, in one word; null when it passes.</summary>
    internal async Task<string?> AskAsync(string address)
    {
        var verdict = await Bouncer.CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);
        return verdict.IsAllowed ? null : verdict.Remediation.Name;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
