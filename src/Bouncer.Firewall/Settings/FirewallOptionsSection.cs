using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.Firewall.Settings;

/// <summary>Binds the options to section <c>Firewall</c> of the bouncer's section.</summary>
internal static class FirewallOptionsSection
{
    internal static void Bind(CleanSection section, FirewallOptions options)
    {
        options.Types = section.List("Types", options.Types);
        options.Nftables.Hooks = section.List("Nftables:Hooks", options.Nftables.Hooks);
        options.Nftables.AllowedPorts = section.List("Nftables:AllowedPorts", options.Nftables.AllowedPorts);
        options.Windows.Profiles = section.List("Windows:Profiles", options.Windows.Profiles);
        section.Values.Bind(options);
    }
}
