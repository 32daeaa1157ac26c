using Bouncer.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>The real engine without a web application.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private RunningEngine(ServiceProvider services, SiteLapi lapi) => (_services, Lapi) = (services, lapi);

    internal IBouncer Bouncer => _services.GetRequiredService<IBouncer>();

    internal SiteLapi Lapi { get; }

    internal static async Task<RunningEngine> StartAsync(
        Action<DecisionDatabase>? decisions = null, EngineState state = EngineState.Synchronized, Action<IBouncerBuilder>? bouncer = null, TimeProvider? clock = null)
    {
        var lapi = await SiteLapi.StartAsync(clock ?? TimeProvider.System, state, decisions);
        var services = new ServiceCollection();
        services.AddSingleton(clock ?? TimeProvider.System);
        var added = services.AddBouncerCore(lapi.Configure);
        lapi.AddTo(added);
        bouncer?.Invoke(added);
        var engine = new RunningEngine(services.BuildServiceProvider(), lapi);
        foreach (var service in engine._services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
        await Lapi.DisposeAsync();
    }
}
