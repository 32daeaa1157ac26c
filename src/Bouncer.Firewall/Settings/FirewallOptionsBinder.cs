using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Settings;

/// <summary>Fills the options from section <c>Firewall</c> of the bouncer's own; what is malformed is kept for
/// <see cref="FirewallOptionsValidator"/>.</summary>
internal sealed class FirewallOptionsBinder(IConfiguration root) : IConfigureOptions<FirewallOptions>
{
    public void Configure(FirewallOptions options)
    {
        var reader = new SectionReader(root, options.Malformed).Section("Firewall");
        reader.Text("Name", value => options.Name = value);
        reader.List("Types", value => options.Types = value);
        reader.Flag("Outbound", value => options.Outbound = value);
        reader.Flag("DryRun", value => options.DryRun = value);
        reader.Flag("RemoveOnStop", value => options.RemoveOnStop = value);
        reader.Time("ReconcileInterval", value => options.ReconcileInterval = value);
        Configure(options.Nftables, reader.Section("Nftables"));
        Configure(options.Windows, reader.Section("Windows"));
    }

    private void Configure(NftablesOptions nftables, SectionReader reader)
    {
        reader.Text("Program", value => nftables.Program = value);
        reader.List("Hooks", value => nftables.Hooks = value);
        reader.Number("Priority", value => nftables.Priority = value);
        reader.Choice<PacketVerdict>("Verdict", value => nftables.Verdict = value);
        reader.List("AllowedPorts", value => nftables.AllowedPorts = value);
        reader.Flag("TrackConnections", value => nftables.TrackConnections = value);

        // As it stands there: a blank at its end parts it from what the kernel goes on with.
        reader.Text("LogPrefix", _ => nftables.LogPrefix = root["Firewall:Nftables:LogPrefix"]);
        reader.Number("LogsPerMinute", value => nftables.LogsPerMinute = value);
    }

    private static void Configure(WindowsFirewallOptions windows, SectionReader reader)
    {
        reader.Number("AddressesPerRule", value => windows.AddressesPerRule = value);
        reader.List("Profiles", value => windows.Profiles = value);
        reader.Time("Debounce", value => windows.Debounce = value);
    }
}
