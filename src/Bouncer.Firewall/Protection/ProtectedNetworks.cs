using System.Net.NetworkInformation;
using Bouncer.Connections;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Protection;

/// <summary>The networks that are never blocked, regardless of decisions: without a connection to LAPI, a wrong ban could never be
/// lifted.</summary>
internal sealed class ProtectedNetworks : IDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly Prefix[] Loopback = [.. Parse(["127.0.0.0/8", "::1"])];

    private readonly INetworkView _network;
    private readonly TimeProvider _time;
    private readonly ILogger<ProtectedNetworks> _logger;
    private readonly Prefix[] _trusted;

    /// <summary>Each LAPI, and the proxy on the way to it if there is one.</summary>
    private readonly LapiAddresses[] _lapi;
    private Prefix[][] _lapiTaken;
    private Prefix[] _gateways = [];
    private TimeSpan _notBefore;
    private volatile bool _isStale;

    public ProtectedNetworks(IOptions<BouncerOptions> options, INetworkView network, TimeProvider time, ILogger<ProtectedNetworks> logger)
    {
        (_network, _time, _logger) = (network, time, logger);
        _trusted = [.. Parse(options.Value.TrustedNetworks ?? [])];
        var lapi = options.Value.Lapi;
        _lapi = [.. OnTheWayTo(lapi, "Bouncer:Lapi"), .. (lapi.Fallbacks ?? []).SelectMany((fallback, index) => OnTheWayTo(fallback, $"Bouncer:Lapi:Fallbacks:{index}"))];
        _lapiTaken = Known();
        Array.ForEach(_lapi, host => host.Changed += OnLapiChanged);
        network.Changed += OnNetworkChanged;
    }

    /// <summary>Raised, on any thread, when addresses or routes may have changed.</summary>
    internal event Action? Stale;

    /// <summary>When <see cref="FindAsync"/> is due because addresses or routes may have changed; null if they have not.</summary>
    internal TimeSpan? Due => _isStale || HasLapiMoved ? _notBefore : null;

    private bool HasLapiMoved => !Known().SequenceEqual(_lapiTaken);

    /// <summary>Finds the gateways, and takes the addresses of LAPI that were found last. What cannot be found stays as it was last
    /// known.</summary>
    internal async Task<IEnumerable<Prefix>> FindAsync(CancellationToken cancellationToken)
    {
        // No lookup is started if its new answer is the reason for this call: a name may resolve to other addresses each time.
        if (_isStale || !HasLapiMoved)
        {
            _isStale = false;
            Array.ForEach(_lapi, host => host.Ask());
            await Task.WhenAll(_lapi.Select(host => host.FirstAsync(cancellationToken))).ConfigureAwait(false);
        }

        _lapiTaken = Known();
        var begin = _time.Now();
        _gateways = FindGateways();

        // A router may have a million routes, some of which change constantly.
        var end = _time.Now();
        _notBefore = end + ShortestPause + (20 * (end - begin));
        return [.. Loopback, .. _trusted, .. _lapiTaken.SelectMany(addresses => addresses).Concat(_gateways).Where(IsHost)];
    }

    public void Dispose()
    {
        _network.Changed -= OnNetworkChanged;
        foreach (var host in _lapi)
        {
            host.Changed -= OnLapiChanged;
            host.Dispose();
        }
    }

    private IEnumerable<LapiAddresses> OnTheWayTo(LapiServerOptions lapi, string section)
    {
        var url = lapi.Url!;
        if (ConnectionUrl.SocketOf(url) is not null)
        {
            yield break;
        }

        yield return new($"LAPI ({section}:Url)", url, _network, _time, _logger);
        if ((lapi.Proxy is null ? _network.FindProxy(url) : ProxySetting.Create(lapi.Proxy)?.GetProxy(url)) is { } proxy)
        {
            yield return new("the HTTP proxy on the way to LAPI", proxy, _network, _time, _logger);
        }
    }

    /// <summary>The last addresses found, by host; the same arrays until other addresses are found.</summary>
    private Prefix[][] Known() => [.. _lapi.Select(host => host.Known)];

    private void OnNetworkChanged()
    {
        _isStale = true;
        Stale?.Invoke();
    }

    private void OnLapiChanged() => Stale?.Invoke();

    private Prefix[] FindGateways()
    {
        try
        {
            return [.. _network.FindGateways().Select(Prefix.Host)];
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            _logger.GatewaysNotFound(failure);
            return _gateways;
        }
    }

    /// <summary>Whether it is not the unspecified address.</summary>
    private static bool IsHost(Prefix address) => (address.High | address.Low) != 0;

    /// <param name="networks">Texts that the options' validator has accepted.</param>
    private static IEnumerable<Prefix> Parse(IEnumerable<string> networks)
    {
        foreach (var text in networks)
        {
            if (!NetworkText.TryParse(text, out var network))
            {
                throw new FormatException($"'{text}' is not an address or a network.");
            }

            yield return Prefix.From(network);
        }
    }
}
