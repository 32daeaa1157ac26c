using Bouncer.Lapi;
using Bouncer.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Sync;

/// <summary>Keeps the store in step for as long as the host runs. Nothing that LAPI does ends it, or the host.</summary>
internal sealed class DecisionSynchronizer(
    DecisionPuller puller,
    DecisionSinkDispatcher sinks,
    SyncState state,
    ILapiClient lapi,
    IOptions<BouncerOptions> options,
    TimeProvider time,
    ILogger<DecisionSynchronizer> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly BouncerOptions _options = options.Value;
    private Task _running = Task.CompletedTask;
    private int _started;

    /// <summary>Starts before any server listens, and waits for the first list if the policy says so.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            return;
        }

        WarnOfPlainHttp();
        WarnOfWideTrust();
        if (_options.Sync.Mode == BouncerMode.Live)
        {
            sinks.RefuseLiveMode();
            _running = CheckHealthAsync(_stopping.Token);
            return;
        }

        logger.SyncStarted(_options.Lapi.Url!.GetLeftPart(UriPartial.Path), _options.Sync.Interval, Scopes());
        _running = Task.WhenAll(Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None), sinks.RunAsync(_stopping.Token));
        if (_options.Sync.Startup == StartupPolicy.WaitForFirstSync)
        {
            await WaitForFirstSyncAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts in a host that knows no <see cref="StartingAsync"/>.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => StartingAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(await PullAsync(cancellationToken).ConfigureAwait(false), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<TimeSpan> PullAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await puller.PullAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The puller reports whatever happens to it: what comes out of it is the report that failed, a log provider's
            // error say. There is nobody left to tell, and the next pull matters more.
            state.Failed(null, $"The log failed: {failure.GetType().Name}.");
            return _options.Sync.Interval;
        }
    }

    private async Task WaitForFirstSyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            await state.Ready.WaitAsync(_options.Sync.StartupTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            logger.StartedUnready(_options.Sync.StartupTimeout);
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

    private string Scopes() => _options.Sync.Scopes is { Count: > 0 } scopes ? string.Join(',', scopes) : "ip,range";

    private void WarnOfWideTrust()
    {
        foreach (var text in _options.TrustedNetworks ?? [])
        {
            if (IpParser.TryParsePrefix(text, out var network) && network.IsWide)
            {
                logger.TrustsTooMuch(text);
            }
        }
    }

    private void WarnOfPlainHttp()
    {
        if (_options.Lapi.Url is { } url && url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback)
        {
            logger.PlainHttp();
        }
    }
}
