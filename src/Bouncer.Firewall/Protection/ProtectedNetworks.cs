using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Protection;

/// <summary>The networks that are never blocked, whatever is decided: without the way to LAPI a wrong ban could never be
/// taken back.</summary>
internal sealed class ProtectedNetworks(IOptions<BouncerOptions> options, INetworkView network, TimeProvider time, ILogger<ProtectedNetworks> logger)
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(5);
    private static readonly Prefix[] Loopback = [.. Parse(["127.0.0.0/8", "::1"])];

    private readonly Prefix[] _trusted = [.. Parse(options.Value.TrustedNetworks ?? [])];
    private Prefix[] _lapi = [];
    private Prefix[] _gateways = [];

    /// <summary>Looks where LAPI and the gateways are now. What cannot be found out stays as it was last known.</summary>
    internal async Task<IEnumerable<Prefix>> FindAsync(CancellationToken cancellationToken)
    {
        _lapi = await FindLapiAsync(cancellationToken).ConfigureAwait(false);
        _gateways = FindGateways();
        return [.. Loopback, .. _trusted, .. _lapi, .. _gateways];
    }

    private async Task<Prefix[]> FindLapiAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ResolveTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return Hosts(await network.ResolveAsync(options.Value.Lapi.Url!.DnsSafeHost, deadline.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            logger.LapiNotResolved();
            return _lapi;
        }
    }

    private Prefix[] FindGateways()
    {
        try
        {
            return Hosts(network.FindGateways());
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException or IOException or UnauthorizedAccessException)
        {
            logger.GatewaysNotFound(failure);
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
