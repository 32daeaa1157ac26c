using Bouncer.Lapi;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.UsageMetrics;

/// <summary>Sends a report every interval, and what is left when the host stops. No failure ends it, or the host.</summary>
internal sealed class UsageReporter(
    UsageSender sender,
    SettingsInUse inUse,
    IOptionsMonitor<BouncerOptions> settings,
    TimeProvider time,
    ILogger<UsageReporter> logger) : IHostedService, IDisposable
{
    /// <summary>How long a stop waits for LAPI.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>The accuracy of timers.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _running;
    private IDisposable? _following;
    private string? _told;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Zero if nothing is sent: the settings say so, or have no LAPI.</summary>
    private TimeSpan Interval => settings.CurrentValue is { Lapi.Url: not null } options ? options.UsageMetrics.Interval : TimeSpan.Zero;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _following ??= settings.OnChange((_, _) =>
        {
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            Tell();
        });
        Tell();
        _running ??= RunAsync(time.GetTimestamp(), _stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_running is not { } running)
        {
            return;
        }

        // By the system's clock: a stop must end whatever the clock of the settings does.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Farewell);
        _following?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await running.WaitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted && Interval > TimeSpan.Zero)
        {
            await TryAsync(sender.FlushAsync, deadline.Token).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _following?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Logs to whom reports are sent, and how often, unless that was logged last.</summary>
    private void Tell()
    {
        var interval = Interval;

        // In stream mode, calls use changed settings only from the next poll on.
        var lapi = interval > TimeSpan.Zero ? inUse.Current.With(settings.CurrentValue).Connection.Place : null;
        var notice = lapi is null ? null : $"{lapi} {interval}";
        if (Interlocked.Exchange(ref _told, notice) != notice && lapi is not null)
        {
            logger.SendsUsageMetrics(lapi, interval);
        }
    }

    private async Task RunAsync(long attempted, CancellationToken cancellationToken)
    {
        // What others counted before is not this host's.
        sender.Skip();
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = _changed.Task;
            var interval = Interval;
            if (interval == TimeSpan.Zero)
            {
                await changed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                sender.Skip();
                attempted = time.GetTimestamp();
            }
            else if (interval - time.GetElapsedTime(attempted) is var wait && wait > Tick)
            {
                await PauseAsync(wait, changed, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                attempted = time.GetTimestamp();
                await TryAsync(token => sender.SendAsync(interval, token), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(TimeSpan pause, Task changed, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(pause, time, over.Token), changed).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private async Task TryAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        try
        {
            await send(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception failure)
        {
            logger.UsageBroke(failure);
        }
    }
}
