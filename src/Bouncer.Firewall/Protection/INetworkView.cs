using System.Net;

namespace Bouncer.Firewall.Protection;

/// <summary>This machine's view of the network.</summary>
internal interface INetworkView
{
    /// <summary>Raised, on any thread, when addresses or routes may have changed.</summary>
    event Action? Changed;

    /// <summary>The default gateways of all interfaces.</summary>
    IEnumerable<IPAddress> FindGateways();

    /// <summary>Finds the HTTP proxy between this machine and a URL; null if there is none.</summary>
    Uri? FindProxy(Uri url);

    /// <summary>Finds the addresses of a host. It may take long and may ignore the token; all exceptions are in the task.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
