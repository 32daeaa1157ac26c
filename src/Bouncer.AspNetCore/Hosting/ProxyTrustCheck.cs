using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Warns if the trust lets clients choose their address, at startup and after each change of it.</summary>
internal sealed class ProxyTrustCheck(ProxyTrustMonitor proxies, BouncerPipelineStatus status, ILogger<ProxyTrustCheck> logger)
{
    private readonly Lock _gate = new();
    private string _told = "";

    internal void Run()
    {
        proxies.OnChanged = Look;
        Look();
    }

    private void Look()
    {
        var trust = proxies.Current;
        var wide = trust.TrustsEveryPeer ? [] : trust.WideNetworks.Select(network => network.ToString()).ToArray();
        var found = trust.TrustsEveryPeer ? "everybody" : string.Join(", ", wide);
        lock (_gate)
        {
            status.TrustsEveryProxy = found.Length > 0;
            if (found == _told)
            {
                return;
            }

            _told = found;
        }

        if (trust.TrustsEveryPeer)
        {
            logger.TrustsEveryProxy();
        }

        foreach (var network in wide)
        {
            logger.TrustsManyProxies(network);
        }
    }
}
