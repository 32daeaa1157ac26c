using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>Has open requests looked at whenever decisions or settings changed; in live mode, where LAPI tells of no
/// changes, as often as answers are asked for again. Changes that come during a look are one more look.</summary>
/// <remarks>What it needs reads settings, so it is made late: a host makes its hosted services before it validates options.</remarks>
internal sealed class OpenRequestWatch(IServiceProvider services, TimeProvider time) : BackgroundService
{
    /// <summary>Each look asks LAPI about every client whose answer is not kept: not more often, however short that is.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var requests = services.GetRequiredService<OpenRequests>();
        var settings = services.GetRequiredService<HttpSettingsProvider>();
        settings.Changed += requests.Changed;
        try
        {
            using var decisions = services.GetService<IDecisionStore>() is { } store ? ChangeToken.OnChange(store.GetChangeToken, requests.Changed) : null;
            await using var timer = LookRegularly(requests);

            // What changed before is among what the first look sees.
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
                // The look reports what happens to it: what comes out of it is the log that failed. The next look matters more,
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
