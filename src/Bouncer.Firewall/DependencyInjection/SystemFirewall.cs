using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Nftables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.DependencyInjection;

/// <summary>The firewall of the operating system that this runs on.</summary>
internal static class SystemFirewall
{
    internal static IFirewallBackend Create(IServiceProvider provider) => OperatingSystem.IsLinux()
        ? new NftablesBackend(
            provider.GetRequiredService<IOptions<FirewallOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<NftablesBackend>>())
        : throw new PlatformNotSupportedException("Bouncer.Firewall knows nftables on Linux and Windows Firewall, and nothing on this operating system.");
}
