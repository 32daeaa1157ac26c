using System.Net;
using System.Net.NetworkInformation;

namespace Bouncer.Firewall.Protection;

/// <summary>Asks the operating system.</summary>
internal sealed class SystemNetworkView : INetworkView, IDisposable
{
    public SystemNetworkView()
    {
        NetworkChange.NetworkAddressChanged += OnAddressChanged;

        // In Linux a change of a route is told so.
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public event Action? Changed;

    public IEnumerable<IPAddress> FindGateways() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(one => one.GetIPProperties().GatewayAddresses)
        .Select(gateway => gateway.Address);

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    public void Dispose()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs change) => Changed?.Invoke();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs change) => Changed?.Invoke();
}
