using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

/// <summary>Gets the data from the operating system.</summary>
internal sealed class SystemNetworkView : INetworkView, IDisposable
{
    private readonly Func<IEnumerable<IPAddress>> _routes;
    private readonly RouteMonitor? _monitor;
    private readonly GatewayCheck? _check;

    public SystemNetworkView(TimeProvider time, ILogger<SystemNetworkView> logger)
        : this(() => LinuxRoutes.FindGateways(time), RouteMonitor.Open, time, logger)
    {
    }

    /// <param name="routes">Reads the gateways of Linux; may fail.</param>
    /// <param name="listen">Opens the socket that receives changes from Linux; may fail.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs that Linux does not report changes.</param>
    internal SystemNetworkView(Func<IEnumerable<IPAddress>> routes, Func<Socket> listen, TimeProvider time, ILogger logger)
    {
        _routes = routes;
        if (OperatingSystem.IsLinux())
        {
            // .NET's own notifications stop silently when many routes change at once.
            _monitor = new(listen, OnChanged, time, logger);
            _check = new(Find, OnChanged, time);
            return;
        }

        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? Changed;

    public IEnumerable<IPAddress> FindGateways()
    {
        IPAddress[] found = [.. Find()];
        _check?.Found(found);
        return found;
    }

    /// <remarks>As the client of LAPI does without <see cref="LapiServerOptions.Proxy"/>: a proxy set for the whole machine cannot reach a LAPI on this one.</remarks>
    public Uri? FindProxy(Uri url) =>
        url.IsLoopback || HttpClient.DefaultProxy.IsBypassed(url) ? null : HttpClient.DefaultProxy.GetProxy(url);

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
        _monitor?.Dispose();
        _check?.Dispose();
    }

    private IEnumerable<IPAddress> Find()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return _routes();
            }
            catch (SocketException)
            {
                // If the kernel may not be queried, its files have at least one gateway.
            }
        }

        return NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().GatewayAddresses)
            .Select(gateway => gateway.Address);
    }

    private void OnChanged() => Changed?.Invoke();

    private void OnAddressChanged(object? sender, EventArgs change) => OnChanged();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs change) => OnChanged();
}
