using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Protection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Updates the firewall while the host runs. No failure of the firewall stops this service or the host.</summary>
internal sealed class FirewallService(
    FirewallEngine engine,
    FirewallSink sink,
    ProtectedNetworks protection,
    IFirewallBackend backend,
    IOptions<FirewallOptions> options,
    FirewallMetrics metrics,
    TimeProvider time,
    ILogger<FirewallService> logger) : BackgroundService
{
    /// <summary>How often the rules are checked: other services flush them when they restart.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(1);

    /// <summary>A dry run reads the whole firewall for each change, so it collects changes for longer.</summary>
    private static readonly TimeSpan DryRunPause = TimeSpan.FromSeconds(10);

    /// <summary>The number of consecutive times that the firewall may be found changed without a message about another program,
    /// because the message may arrive late.</summary>
    private const int MostUnexplained = 2;

    private static readonly TimeSpan TimerTick = TimeSpan.FromMilliseconds(1);

    private readonly FirewallOptions _options = options.Value;
    private TimeSpan _nextLook = TimeSpan.MaxValue;
    private TimeSpan _nextCheck;
    private readonly RepairBackoff _brake = new();
    private TimeSpan _pause;
    private TimeSpan _notBefore;
    private TimeSpan _retry;
    private int _unexplained;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!_options.RemoveOnStop || _options.DryRun)
        {
            return;
        }

        await new FirewallRemoval(engine, backend, time, logger).RemoveAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        protection.Stale += sink.Wake;
        backend.Suspected += Suspect;
        var change = sink.WaitAsync(stoppingToken);
        try
        {
            var due = await TryAsync(() => PrepareAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            while (true)
            {
                await WaitAsync(change, due, stoppingToken).ConfigureAwait(false);
                await WaitAsync(_notBefore, stoppingToken).ConfigureAwait(false);
                if (change.IsCompleted)
                {
                    await change.ConfigureAwait(false);
                    change = sink.WaitAsync(stoppingToken);
                }

                due = await TryAsync(() => StepAsync(stoppingToken), stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            protection.Stale -= sink.Wake;
            backend.Suspected -= Suspect;
        }
    }

    /// <returns>When the next step is due if nothing changes before.</returns>
    private async Task<TimeSpan> TryAsync(Func<Task<TimeSpan>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (FirewallException failure) when (failure.Kind == FirewallErrorKind.Changed)
        {
            return Disturbed(failure);
        }
        catch (FirewallException failure)
        {
            return Failed(failure.Message, failure.Kind, null);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"An error that was not expected: {failure.GetType().Name}.", null, failure);
        }
    }

    private async Task<TimeSpan> PrepareAsync(CancellationToken cancellationToken)
    {
        await engine.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return TimeSpan.MaxValue;
    }

    private async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        var begin = time.Now();
        var isThorough = begin >= _nextLook || !await IsIntactAsync(begin, cancellationToken).ConfigureAwait(false);
        var nextEnd = await engine.UpdateAsync(isThorough, cancellationToken).ConfigureAwait(false);
        return Succeeded(begin, isThorough, nextEnd);
    }

    /// <summary>Checks the firewall when it is due, even if there are many changes.</summary>
    private async Task<bool> IsIntactAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (now < _nextCheck && !backend.IsSuspect)
        {
            return true;
        }

        var isIntact = await engine.IsIntactAsync(cancellationToken).ConfigureAwait(false);
        _nextCheck = now + CheckInterval;
        _pause = isIntact ? TimeSpan.Zero : _brake.Next(now);
        return isIntact;
    }

    private TimeSpan Succeeded(TimeSpan begin, bool wasThorough, TimeSpan? nextEnd)
    {
        var now = time.Now();
        metrics.Stepped(now - begin);
        if (backend.Pending == 0)
        {
            (_retry, _unexplained) = (TimeSpan.Zero, 0);
        }

        _notBefore = now + _pause + (_options.DryRun ? DryRunPause : backend.Debounce);
        _pause = TimeSpan.Zero;
        if (wasThorough || _nextLook == TimeSpan.MaxValue)
        {
            (_nextLook, _nextCheck) = (now + _options.ReconcileInterval, now + CheckInterval);
        }

        return new[] { _nextCheck, _nextLook, nextEnd ?? TimeSpan.MaxValue }.Min();
    }

    /// <summary>Compares again soon, even if another program interferes repeatedly.</summary>
    private TimeSpan Disturbed(FirewallException failure)
    {
        var isHeard = backend.IsSuspect;
        _unexplained = isHeard ? 0 : _unexplained + 1;
        if (_unexplained > MostUnexplained)
        {
            return Failed(failure.Message, failure.Kind, null);
        }

        var now = time.Now();
        _notBefore = now + _brake.Next(now);
        engine.Failed(failure.Message, failure.Kind);
        metrics.Failed();
        if (isHeard)
        {
            engine.Tampered();
        }

        return _notBefore;
    }

    private void Suspect()
    {
        engine.Doubt();
        sink.Wake();
    }

    private TimeSpan Failed(string error, FirewallErrorKind? kind, Exception? unexpected)
    {
        var isFirst = _retry == TimeSpan.Zero;
        _retry = isFirst ? FirstRetry : TimeSpan.FromTicks(Math.Min(_retry.Ticks * 2, LastRetry.Ticks));

        // Set before the failure is told: a test that waits for it may then move the clock.
        _notBefore = time.Now() + _retry;
        engine.Failed(error, kind);
        metrics.Failed();
        if (isFirst)
        {
            logger.Failed(unexpected, backend.Name, error, engine.Status.BlockedNetworks, _retry);
        }
        else
        {
            logger.FailedAgain(backend.Name, engine.Status.ConsecutiveFailures, error, _retry);
        }

        return _notBefore;
    }

    /// <summary>Returns after a change or at a given time.</summary>
    private async Task WaitAsync(Task change, TimeSpan until, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(change, WaitAsync(until, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WaitAsync(TimeSpan until, CancellationToken cancellationToken)
    {
        // Less than one timer tick counts as over, because timestamps and timers round differently.
        var pause = until == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : until - time.Now();
        if (pause >= TimerTick || pause == Timeout.InfiniteTimeSpan)
        {
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
