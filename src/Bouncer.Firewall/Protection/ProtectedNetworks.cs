using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Protection;

/// <summary>The networks that are never blocked, whatever is decided: without the way to LAPI a wrong ban could never be
/// taken back.</summary>
internal sealed class ProtectedNetworks : IDisposable
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly Prefix[] Loopback = [.. Parse(["127.0.0.0/8", "::1"])];

    private readonly IOptions<BouncerOptions> _options;
    private readonly INetworkView _network;
    private readonly TimeProvider _time;
    private readonly ILogger<ProtectedNetworks> _logger;
    private readonly Prefix[] _trusted;
    private Prefix[] _lapi = [];
    private Prefix[] _gateways = [];
    private TimeSpan _notBefore;
    private volatile bool _isStale;

    public ProtectedNetworks(IOptions<BouncerOptions> options, INetworkView network, TimeProvider time, ILogger<ProtectedNetworks> logger)
    {
        (_options, _network, _time, _logger) = (options, network, time, logger);
        _trusted = [.. Parse(options.Value.TrustedNetworks ?? [])];
        network.Changed += OnNetworkChanged;
    }

    /// <summary>Raised, on any thread, when addresses or routes may have changed.</summary>
    internal event Action? Stale;

    /// <summary>When to look again because addresses or routes may have changed; null if they have not.</summary>
    internal TimeSpan? Due => _isStale ? _notBefore : null;

    /// <summary>Looks where LAPI and the gateways are now. What cannot be found out stays as it was last known.</summary>
    internal async Task<IEnumerable<Prefix>> FindAsync(CancellationToken cancellationToken)
    {
        var begin = _time.Now();
        _isStale = false;
        _lapi = await FindLapiAsync(cancellationToken).ConfigureAwait(false);
        _gateways = FindGateways();

        // A router may have a million routes, and change some all the time.
        var end = _time.Now();
        _notBefore = end + ShortestPause + (20 * (end - begin));
        return [.. Loopback, .. _trusted, .. _lapi, .. _gateways];
    }

    public void Dispose() => _network.Changed -= OnNetworkChanged;

    private void OnNetworkChanged()
    {
        _isStale = true;
        Stale?.Invoke();
    }

    private async Task<Prefix[]> FindLapiAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ResolveTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return Hosts(await _network.ResolveAsync(_options.Value.Lapi.Url!.DnsSafeHost, deadline.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            _logger.LapiNotResolved();
            return _lapi;
        }
    }

    private Prefix[] FindGateways()
    {
        try
        {
            return Hosts(_network.FindGateways());
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            _logger.GatewaysNotFound(failure);
            return _gateways;
        }
    }

    private static Prefix[] Hosts(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)).Select(Prefix.Host)];

    /// <param name="networks">Texts that the options' validator has seen.</param>
    private static IEnumerable<Prefix> Parse(IEnumerable<string> networks)
    {
        foreach (var text in networks)
        {
            if (!NetworkText.TryParse(text, out var network))
            {
                throw new FormatException($"'{text}' is no address or network.");
            }

            yield return Prefix.From(network);
        }
    }
}
