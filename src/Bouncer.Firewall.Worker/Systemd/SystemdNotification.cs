using System.Net.Sockets;
using Bouncer;
using Bouncer.Firewall;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Systemd;

// Keeps systemd told: ready, the status line, still at work, stopping.
internal sealed class SystemdNotification(
    ISystemdNotifier systemd,
    IBouncer bouncer,
    IFirewall firewall,
    IOptions<BouncerOptions> options,
    TimeProvider time) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan s_untilReady = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_status = TimeSpan.FromSeconds(10);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Notify("STOPPING=1", "STATUS=Stopping.");
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Notify("STATUS=Waiting for the first decisions.");
        await WaitForForceAsync(stoppingToken);
        var progress = Progress.Of(bouncer.Status, firewall.Status);
        Notify("READY=1", Status(), "WATCHDOG=1");

        var pause = Watchdog.Limit / 2 is { } half && half < s_status ? half : s_status;
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Notify(Status());

            // Not this timer but the work keeps the process alive: systemd restarts one in which nothing moves.
            if (Progress.Of(bouncer.Status, firewall.Status) is var now && now != progress)
            {
                progress = now;
                Notify("WATCHDOG=1");
            }
        }
    }

    // A firewall that failed has had its turn, and decisions that do not come are not waited for longer than is set.
    private async Task WaitForForceAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(s_untilReady, time);
        while ((firewall.Status.IsDryRun ? !bouncer.Status.IsReady : firewall.Status is { IsApplied: false, ConsecutiveFailures: 0 })
            && time.GetElapsedTime(begin) < options.Value.Sync.StartupTimeout)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    // One message of several lines. A systemd that does not listen must not stop what protects the machine.
    private void Notify(params ReadOnlySpan<string> lines)
    {
        try
        {
            systemd.Notify(new ServiceState(string.Join('\n', lines)));
        }
        catch (SocketException)
        {
            // The next one may arrive; if none does, systemd's own time-outs tell the operator.
        }
    }

    private string Status() => "STATUS=" + StatusLine.Of(bouncer.Status, firewall.Status);
}
