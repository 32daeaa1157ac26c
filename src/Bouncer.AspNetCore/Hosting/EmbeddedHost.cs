using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Runs what the application's host would run after <c>AddBouncer</c>, for an application that only calls
/// <c>UseBouncer</c>: its services start with the application or its first request, and stop with it.</summary>
internal sealed class EmbeddedHost : IDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    private readonly ServiceProvider _services;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _start;
    private readonly Lazy<Task> _stop;

    internal EmbeddedHost(ServiceProvider services, IHostApplicationLifetime? lifetime)
    {
        _services = services;
        _lifetime = lifetime;
        _logger = services.GetRequiredService<ILogger<EmbeddedHost>>();
        _start = new Lazy<Task>(StartAsync);
        _stop = new Lazy<Task>(StopAsync);
        lifetime?.ApplicationStarted.Register(() => _ = _start.Value);
        lifetime?.ApplicationStopping.Register(() => _ = _stop.Value);
        lifetime?.ApplicationStopped.Register(Dispose);
    }

    internal bool IsStarted => _start is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>Waits for the start, at most as long as the first synchronisation may take, and no longer than the application
    /// runs; throws if the start failed. After that the engine decides what happens if the bouncer is not ready, as in its own
    /// host.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        var limit = _services.GetRequiredService<IOptions<BouncerOptions>>().Value.Sync.StartupTimeout;
        try
        {
            await _start.Value.WaitAsync(limit, _services.GetRequiredService<TimeProvider>(), cancellationToken);
        }
        catch (TimeoutException) when (!_start.Value.IsFaulted)
        {
            // The first synchronisation takes too long.
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application stops: requests that it still answers do not wait.
        }
    }

    private async Task StartAsync()
    {
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var hosted = _services.GetServices<IHostedService>().ToArray();
            foreach (var service in hosted.OfType<IHostedLifecycleService>())
            {
                await service.StartingAsync(_stopping.Token);
            }

            foreach (var service in hosted)
            {
                await service.StartAsync(_stopping.Token);
            }

            foreach (var service in hosted.OfType<IHostedLifecycleService>())
            {
                await service.StartedAsync(_stopping.Token);
            }
        }
        catch (Exception error) when (!_stopping.IsCancellationRequested)
        {
            _logger.StartFailed(error);
            _lifetime?.StopApplication();
            throw;
        }
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (!_start.IsValueCreated)
        {
            return;
        }

        using var deadline = new CancellationTokenSource(StopDeadline, _services.GetRequiredService<TimeProvider>());
        await _start.Value.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var service in _services.GetServices<IHostedService>().Reverse())
        {
            try
            {
                await service.StopAsync(deadline.Token);
            }
            catch (Exception error)
            {
                _logger.StopFailed(error);
            }
        }
    }

    /// <remarks>A callback of the lifetime cannot be awaited, and the process may end right after it: so it blocks, for a limited
    /// time.</remarks>
    public void Dispose()
    {
        if (!_stop.Value.Wait(StopDeadline))
        {
            _logger.StopFailed(new TimeoutException());
        }

        _services.Dispose();
        _stopping.Dispose();
    }
}
