using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Nftables;
using Bouncer.Firewall.Windows;
using Bouncer.Firewall.Windows.Com;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.DependencyInjection;

/// <summary>The firewall of the operating system that this runs on.</summary>
internal static class SystemFirewall
{
    internal static IFirewallBackend Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<FirewallOptions>>().Value;
        var time = provider.GetRequiredService<TimeProvider>();
        if (OperatingSystem.IsLinux())
        {
            return new NftablesBackend(options, time, provider.GetRequiredService<ILogger<NftablesBackend>>());
        }

        return OperatingSystem.IsWindows()
            ? new WindowsFirewallBackend(options, new FirewallObjects(), time, provider.GetRequiredService<ILogger<WindowsFirewallBackend>>())
            : throw new PlatformNotSupportedException("Bouncer.Firewall knows nftables on Linux and Windows Firewall, and nothing on this operating system.");
    }
}
