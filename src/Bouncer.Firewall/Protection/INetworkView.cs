using System.Net;

namespace Bouncer.Firewall.Protection;

/// <summary>What this machine knows of the network around it.</summary>
internal interface INetworkView
{
    /// <summary>Raised, on any thread, when addresses or routes may have changed.</summary>
    event Action? Changed;

    /// <summary>The default gateways of all interfaces.</summary>
    IEnumerable<IPAddress> FindGateways();

    /// <summary>The HTTP proxy that stands between this machine and a URL; null if none does.</summary>
    Uri? FindProxy(Uri url);

    /// <summary>The addresses of a host. It may take long, may not heed the token, and throws nothing but what the task holds.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
