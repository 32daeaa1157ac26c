using System.Net.Sockets;
using Bouncer;
using Bouncer.Firewall;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Systemd;

/// <summary>Notifies systemd: ready, the status line, the watchdog, stopping.</summary>
internal sealed class SystemdNotification(
    ISystemdNotifier systemd,
    IBouncer bouncer,
    IFirewall firewall,
    IOptions<BouncerOptions> options,
    TimeProvider time) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan UntilReady = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenStatuses = TimeSpan.FromSeconds(10);

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

        var pause = Watchdog.Limit / 2 is { } half && half < BetweenStatuses ? half : BetweenStatuses;
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Notify(Status());

            // The watchdog is fed by progress and not by the timer: systemd restarts a process that makes none.
            if (Progress.Of(bouncer.Status, firewall.Status) is var now && now != progress)
            {
                progress = now;
                Notify("WATCHDOG=1");
            }
        }
    }

    // Ends after the firewall's first attempt, even a failed one, or after the maximum wait for decisions.
    private async Task WaitForForceAsync(CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(UntilReady, time);
        while ((firewall.Status.IsDryRun ? !bouncer.Status.IsReady : firewall.Status is { IsApplied: false, ConsecutiveFailures: 0 })
            && time.GetElapsedTime(begin) < options.Value.Sync.StartupTimeout)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    // Sends one message with several lines. If systemd does not receive it, the worker must continue to protect the machine.
    private void Notify(params ReadOnlySpan<string> lines)
    {
        try
        {
            systemd.Notify(new ServiceState(string.Join('\n', lines)));
        }
        catch (SocketException)
        {
            // The next message may arrive; if none does, systemd's own timeouts report it.
        }
    }

    private string Status() => "STATUS=" + StatusLine.Of(bouncer.Status, firewall.Status);
}
