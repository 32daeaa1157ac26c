using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>Starts a sweep of open requests whenever decisions or settings have changed; in live mode, in which LAPI reports no
/// changes, as often as answers are queried again. Changes during a sweep cause one more sweep.</summary>
/// <remarks>Its dependencies read settings, so they are created late: a host creates its hosted services before it validates
/// options.</remarks>
internal sealed class OpenRequestWatch(IServiceProvider services, TimeProvider time) : BackgroundService
{
    /// <summary>Each sweep queries LAPI about every client whose answer is not cached; this limits how often, however short the
    /// cache time is.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var requests = services.GetRequiredService<OpenRequests>();
        var settings = services.GetRequiredService<HttpSettingsProvider>();
        settings.Changed += requests.Changed;

        // The engine, which must follow first, has its own settings, such as the trusted networks.
        services.GetRequiredService<IBouncer>();
        using var ofEngine = services.GetRequiredService<IOptionsMonitor<BouncerOptions>>().OnChange((_, _) => requests.Changed());
        try
        {
            using var decisions = services.GetService<IDecisionStore>() is { } store ? ChangeToken.OnChange(store.GetChangeToken, requests.Changed) : null;
            await using var timer = LookRegularly(requests);

            // The first sweep includes all earlier changes.
            requests.Changed();
            await RunAsync(requests, stoppingToken);
        }
        finally
        {
            settings.Changed -= requests.Changed;
        }
    }

    private async Task RunAsync(OpenRequests requests, CancellationToken stoppingToken)
    {
        var sweep = services.GetRequiredService<OpenRequestSweep>();
        while (await requests.Work.WaitToReadAsync(stoppingToken))
        {
            requests.Work.TryRead(out _);
            try
            {
                await sweep.RunAsync(stoppingToken);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The sweep logs its own errors: an exception from it means that the logger failed. The next sweep matters more,
                // and the host must not stop for this one.
            }
        }
    }

    private ITimer? LookRegularly(OpenRequests requests)
    {
        if (services.GetRequiredService<IBouncer>().Status.Mode != BouncerMode.Live)
        {
            return null;
        }

        var kept = services.GetRequiredService<IOptions<BouncerOptions>>().Value.Live.CacheDuration;
        var pause = kept > ShortestPause ? kept : ShortestPause;
        return time.CreateTimer(static requests => ((OpenRequests)requests!).Look(), requests, pause, pause);
    }
}
