using System.Net;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

/// <summary>The addresses of LAPI, or of the proxy before it, as they were last known. Names are resolved in the background: a name
/// server that does not answer delays only the first lookup, and only for a short time.</summary>
/// <remarks>At most one lookup runs, and at most one more waits for it to end: the system call cannot be cancelled, and its
/// duration depends on the resolver's configuration.</remarks>
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

    /// <param name="what">The name of the host's role, for the operator.</param>
    /// <param name="url">Its address.</param>
    /// <param name="network">Resolves the name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs that the name cannot be looked up.</param>
    internal LapiAddresses(string what, Uri url, INetworkView network, TimeProvider time, ILogger logger)
    {
        (_what, _network, _time, _logger, _stopping) = (what, network, time, logger, _stop.Token);

        // The zone of an address names an interface, and is not part of the address.
        _host = url.HostNameType == UriHostNameType.IPv6 ? url.DnsSafeHost.Split('%')[0] : url.DnsSafeHost;
        _isName = !NetworkText.TryParse(_host, out var address);
        if (!_isName)
        {
            _known = [Prefix.From(address)];
            _first.SetResult();
        }
    }

    /// <summary>Raised, on any thread, when the addresses change.</summary>
    internal event Action? Changed;

    /// <summary>The addresses found last; the same array until others are found.</summary>
    internal Prefix[] Known => _known;

    /// <summary>Starts a lookup, unless the host is named by its address.</summary>
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
