using System.Net;

namespace Bouncer.Firewall.Tests.Windows;

public sealed class WindowsFirewallBackendTests
{
    [Fact]
    public async Task Execute_AFirstList_WritesEnabledBlockRulesOfOurGroup()
    {
        var bed = new WindowsBed(addressesPerRule: 100);
        bed.Block("192.0.2.7", "198.51.100.0/24", "2001:db8::/64");
        var (plan, refused) = await bed.ReconcileAsync();

        Assert.Equal((3, 0, 0), (plan.Added, plan.Removed, refused));
        Assert.Equal(["crowdsec_bouncer-in-ipv4-0000", "crowdsec_bouncer-in-ipv6-0000"], bed.Firewall.Rules.Select(rule => rule.Name).Order());
        Assert.All(bed.Firewall.Rules, rule => Assert.Equal(
            ("crowdsec_bouncer", 0, 256, 0x7FFFFFFF, true),
            (rule.Grouping, rule.Action, rule.Protocol, rule.Profiles, rule.IsEnabled)));
        Assert.True(bed.Firewall.Blocks(IPAddress.Parse("198.51.100.200")));
        Assert.False(bed.Firewall.Blocks(IPAddress.Parse("192.0.2.8")));
    }
}
