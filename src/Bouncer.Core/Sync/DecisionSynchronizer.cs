using Bouncer.Lapi;
using Bouncer.Net;
using Bouncer.Settings;
using Bouncer.Snapshots;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Sync;

/// <summary>Synchronises the store while the host runs. No failure of LAPI ends it, or the host.</summary>
internal sealed class DecisionSynchronizer(
    DecisionPuller puller,
    DecisionLedger ledger,
    SnapshotKeeper snapshots,
    DecisionSinkDispatcher sinks,
    SyncState state,
    ILapiClient lapi,
    SettingsInUse inUse,
    IOptionsMonitor<BouncerOptions> settings,
    TimeProvider time,
    ILogger<DecisionSynchronizer> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private IDisposable? _following;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _queried;
    private int _started;

    /// <summary>Starts before any server listens, and waits for the first list if the settings say so.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            return;
        }

        var atStart = settings.CurrentValue;
        Warn(atStart);
        if (atStart.Sync.Mode != BouncerMode.Stream)
        {
            _following = settings.OnChange(TakeChanged);
            sinks.WarnWithoutStream();
            if (atStart.Sync.Mode == BouncerMode.Live)
            {
                TellWhereAddressesGo();
                _running = CheckHealthAsync(_stopping.Token);
            }
            else
            {
                logger.DecisionsOff();
            }

            return;
        }

        _following = settings.OnChange(PollNow);
        logger.SyncStarted(inUse.Current.Identity, atStart.Sync.Interval, Scopes(atStart.Sync));
        await RestoreAsync(cancellationToken).ConfigureAwait(false);
        _running = Task.WhenAll(
            Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None), sinks.RunAsync(_stopping.Token), snapshots.RunAsync(_stopping.Token));
        if (atStart.Sync.Startup == StartupPolicy.WaitForFirstSync)
        {
            await WaitForFirstSyncAsync(atStart.Sync.StartupTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts in a host that does not call <see cref="StartingAsync"/>.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => StartingAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _following?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _following?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Takes the snapshot's decisions. Without any that lives, the start goes on as if there were no snapshot.</summary>
    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (await snapshots.LoadAsync(cancellationToken).ConfigureAwait(false) is { Rows.Count: > 0 } snapshot)
        {
            ledger.Restore(snapshot.Rows);
            state.Restored(snapshot);
            logger.SnapshotLoaded(ledger.Held, OutageWatch.InSeconds(snapshot.Age));
        }
    }

    /// <summary>Outside stream mode: the next call uses the changed settings.</summary>
    private void TakeChanged(BouncerOptions changed, string? name)
    {
        if (changed.Lapi.Url is not null)
        {
            inUse.Take();
        }

        if (changed.Sync.Mode == BouncerMode.Live)
        {
            TellWhereAddressesGo();
        }

        Warn(changed);
    }

    private void TellWhereAddressesGo()
    {
        var lapi = inUse.Current.Connection.Place;
        if (Interlocked.Exchange(ref _queried, lapi) != lapi)
        {
            logger.SendsAddresses(lapi);
        }
    }

    /// <summary>In stream mode: the next poll uses the changed settings and starts immediately.</summary>
    private void PollNow(BouncerOptions changed, string? name)
    {
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Warn(changed);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                // Taken before the poll: a change while it runs ends the pause after it.
                var changed = _changed.Task;
                await PauseAsync(await PullAsync(cancellationToken).ConfigureAwait(false), changed, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task PauseAsync(TimeSpan pause, Task changed, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(pause, time, over.Token), changed).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await puller.PullAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The puller reports every failure itself. An exception from it means that the report failed, for example in a log
            // provider: it cannot be logged, and the next pull is more important.
            state.Failed(null, $"The log failed: {failure.GetType().Name}.");
            return inUse.Current.Sync.Interval;
        }
    }

    private async Task WaitForFirstSyncAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await state.Ready.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            logger.StartedUnready(timeout);
        }
    }

    private async Task CheckHealthAsync(CancellationToken cancellationToken)
    {
        try
        {
            await lapi.CheckHealthAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LapiException failure)
        {
            state.Failed(failure.Kind, failure.Message);
            logger.LapiNotHealthy(failure.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static string Scopes(SyncOptions sync) => sync.Scopes is { Count: > 0 } scopes ? string.Join(',', scopes) : "ip,range";

    private void Warn(BouncerOptions options)
    {
        foreach (var server in LapiServer.AllOf(options.Lapi))
        {
            if (server.Options.Url is { } url && url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
            {
                logger.PlainHttp();
            }

            if (server.Options.Tls.SkipVerification)
            {
                logger.TlsNotVerified(server.Section);
            }
        }

        foreach (var text in options.TrustedNetworks ?? [])
        {
            if (IpParser.TryParsePrefix(text, out var network) && network.IsWide)
            {
                logger.TrustsTooMuch(text);
            }
        }
    }
}
