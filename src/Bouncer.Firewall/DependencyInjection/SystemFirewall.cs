using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.DependencyInjection;

/// <summary>The firewall of the operating system that this runs on.</summary>
internal static class SystemFirewall
{
    internal static IFirewallBackend Create(IServiceProvider provider) =>
        throw new PlatformNotSupportedException("Bouncer.Firewall knows nftables on Linux and Windows Firewall, and nothing on this operating system.");
}
