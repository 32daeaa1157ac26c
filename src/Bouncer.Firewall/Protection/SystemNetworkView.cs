using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Bouncer.Firewall.Protection;

/// <summary>Asks the operating system.</summary>
internal sealed class SystemNetworkView : INetworkView, IDisposable
{
    private readonly Func<IEnumerable<IPAddress>> _routes;

    public SystemNetworkView(TimeProvider time)
        : this(() => LinuxRoutes.FindGateways(time))
    {
    }

    /// <param name="routes">Reads the gateways of Linux; may fail.</param>
    internal SystemNetworkView(Func<IEnumerable<IPAddress>> routes)
    {
        _routes = routes;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;

        // In Linux a change of a route is told so.
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? Changed;

    public IEnumerable<IPAddress> FindGateways()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                return _routes();
            }
            catch (SocketException)
            {
                // Where the kernel may not be asked, its files tell of one gateway at least.
            }
        }

        return NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().GatewayAddresses)
            .Select(gateway => gateway.Address);
    }

    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs change) => Changed?.Invoke();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs change) => Changed?.Invoke();
}
