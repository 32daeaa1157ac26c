using Bouncer.Sync;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Engine;

/// <summary>Queries LAPI again while its last answer in live mode was a failure. Otherwise only requests of clients would detect
/// that LAPI works again, and a load balancer that checks the application's health sends none until then.</summary>
internal sealed class LiveRecovery(LiveLookup live, SyncState state, TimeProvider time) : BackgroundService
{
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (state.Status.Mode != BouncerMode.Live)
        {
            return;
        }

        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (state.Status.ConsecutiveFailures == 0)
            {
                continue;
            }

            try
            {
                await live.ProbeAsync().ConfigureAwait(false);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A query reports its own failures: an exception from it means that the log failed. The host must not stop for that.
            }
        }
    }
}
