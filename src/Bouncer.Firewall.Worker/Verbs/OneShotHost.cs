using Bouncer;
using Bouncer.Firewall;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Verbs;

/// <summary>A host that pulls the decisions once. It runs with DryRun so that only the verb decides whether to write.</summary>
internal sealed record OneShotHost(FileInfo? Settings, TimeSpan Timeout)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task<int> UseAsync(Func<IFirewall, CancellationToken, Task<FirewallPlan>> work, Func<FirewallPlan, FirewallStatus, int> tell)
    {
        var builder = WorkerHost.CreateBuilder(Settings,
        [
            new("Bouncer:Firewall:DryRun", "true"),
            new("Bouncer:Firewall:RemoveOnStop", "false"),
        ]);
        builder.LogForPeople();
        using var host = builder.Build();
        var firewall = host.FindFirewall();
        await host.StartAsync();
        var interrupted = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            var plan = await WithDecisionsAsync(host.Services, token => work(firewall, token), interrupted);
            return tell(plan, firewall.Status);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            await host.StopAsync();
        }
    }

    private async Task<FirewallPlan> WithDecisionsAsync(IServiceProvider services, Func<CancellationToken, Task<FirewallPlan>> work, CancellationToken cancellationToken)
    {
        var bouncer = services.GetRequiredService<IBouncer>();
        var time = services.GetRequiredService<TimeProvider>();
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                if (bouncer.Status.IsReady)
                {
                    return await work(cancellationToken);
                }
            }
            catch (InvalidOperationException)
            {
                // The bouncer has the decisions; the firewall receives them shortly afterwards.
            }
        }
        while (time.GetElapsedTime(begin) < Timeout && await timer.WaitForNextTickAsync(cancellationToken));

        var lapi = services.GetRequiredService<IOptions<BouncerOptions>>().Value.Lapi;
        var urls = string.Join(" or ", (lapi.Fallbacks ?? []).Prepend(lapi).Select(static server => server.Url));
        throw new LapiUnavailableException(
            $"No decisions were received from {urls} within {Timeout.TotalSeconds:0} s. {bouncer.Status.LastError ?? "There was no answer."} "
            + "Is CrowdSec running there, and does 'cscli bouncers list' know the key?");
    }
}
