using System.Net;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

/// <summary>The addresses of LAPI, or of the proxy before it, as they were last known. A name is looked up in the background: a name server that does not
/// answer holds nothing up but the very first look, and that for a short time only.</summary>
/// <remarks>At most one lookup runs, and at most one more waits for it to end: a system call that looks a name up cannot be
/// ended from outside, and takes as long as it is set to try.</remarks>
internal sealed class LapiAddresses : IDisposable
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);

    private readonly string _what;
    private readonly string _host;
    private readonly bool _isName;
    private readonly INetworkView _network;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private volatile Prefix[] _known = [];
    private bool _isAsked;
    private bool _isRunning;
    private bool _isFailing;

    /// <param name="what">Whose addresses they are, for the operator.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="network">What looks a name up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when the name cannot be looked up.</param>
    internal LapiAddresses(string what, Uri url, INetworkView network, TimeProvider time, ILogger logger)
    {
        (_what, _network, _time, _logger, _stopping) = (what, network, time, logger, _stop.Token);

        // The zone of an address says which interface it is behind, and is no part of it.
        _host = url.HostNameType == UriHostNameType.IPv6 ? url.DnsSafeHost.Split('%')[0] : url.DnsSafeHost;
        _isName = !NetworkText.TryParse(_host, out var address);
        if (!_isName)
        {
            _known = [Prefix.From(address)];
            _first.SetResult();
        }
    }

    /// <summary>Raised, on any thread, when the addresses are others than before.</summary>
    internal event Action? Changed;

    /// <summary>What was found last; the same array until other addresses are found.</summary>
    internal Prefix[] Known => _known;

    /// <summary>Has the name looked up, unless the host is named by its address.</summary>
    internal void Ask()
    {
        lock (_gate)
        {
            _isAsked = _isName;
            if (_isRunning || !_isAsked || _stopping.IsCancellationRequested)
            {
                return;
            }

            _isRunning = true;
        }

        _ = LookUpAsync();
    }

    /// <summary>Waits until the first lookup has ended or has taken too long.</summary>
    internal Task FirstAsync(CancellationToken cancellationToken) => _first.Task.WaitAsync(cancellationToken);

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stop.Cancel();
            _first.TrySetResult();
            _stop.Dispose();
        }
    }

    private async Task LookUpAsync()
    {
        while (IsAsked())
        {
            Task<IPAddress[]> answer = _network.ResolveAsync(_host, _stopping);
            await ((Task)answer).WaitAsync(ResolveTimeout, _time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!answer.IsCompleted)
            {
                Missed();
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (answer.IsCompletedSuccessfully && await answer.ConfigureAwait(false) is { Length: > 0 } found)
            {
                Found([.. found.Select(Prefix.Host).Distinct().Order()]);
            }
            else
            {
                Missed();
            }
        }
    }

    private bool IsAsked()
    {
        lock (_gate)
        {
            _isRunning = _isAsked && !_stopping.IsCancellationRequested;
            _isAsked = false;
            return _isRunning;
        }
    }

    private void Found(Prefix[] addresses)
    {
        _isFailing = false;
        var isOther = !_stopping.IsCancellationRequested && !addresses.SequenceEqual(_known);
        if (isOther)
        {
            _known = addresses;
        }

        _first.TrySetResult();
        if (isOther)
        {
            Changed?.Invoke();
        }
    }

    private void Missed()
    {
        if (!_isFailing && !_stopping.IsCancellationRequested)
        {
            _isFailing = true;
            _logger.LapiNotResolved(_what);
        }

        _first.TrySetResult();
    }
}
