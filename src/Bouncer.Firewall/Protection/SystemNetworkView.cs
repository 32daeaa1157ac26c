using System.Net;
using System.Net.NetworkInformation;

namespace Bouncer.Firewall.Protection;

/// <summary>Asks the operating system.</summary>
internal sealed class SystemNetworkView : INetworkView
{
    public IEnumerable<IPAddress> FindGateways() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(one => one.GetIPProperties().GatewayAddresses)
        .Select(gateway => gateway.Address);

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);
}
