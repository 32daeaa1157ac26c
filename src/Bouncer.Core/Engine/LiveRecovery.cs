using Bouncer.Sync;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Engine;

/// <summary>Queries LAPI again, or the next one, while its last answer in live mode was a failure. Otherwise only requests of clients
/// would detect that LAPI works again, and a load balancer that checks the application's health sends none until then.</summary>
internal sealed class LiveRecovery(LiveLookup live, LapiFailover failover, SyncState state, TimeProvider time) : BackgroundService
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
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A query reports its own failures: an exception from it means that the log failed. The host must not stop for that.
            }
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        var (hasFailed, outage) = (state.Status.ConsecutiveFailures > 0, state.Outage.Length);
        if (!hasFailed && state.Status.LastSuccess is not null)
        {
            // Clients' queries were answered.
            failover.Answered(outage);
        }

        var isOther = await failover.ChooseAsync(stoppingToken).ConfigureAwait(false);
        if ((!hasFailed && !isOther) || await live.ProbeAsync().ConfigureAwait(false))
        {
            failover.Answered(outage);
        }
        else if (!hasFailed)
        {
            // A LAPI that had recovered does not answer: back to the one that does.
            await failover.ChooseAsync(stoppingToken).ConfigureAwait(false);
        }
    }
}
