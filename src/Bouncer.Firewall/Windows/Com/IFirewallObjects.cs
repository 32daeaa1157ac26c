namespace Bouncer.Firewall.Windows.Com;

/// <summary>Creates the firewall's objects.</summary>
internal interface IFirewallObjects
{
    INetFwPolicy2 CreatePolicy();

    /// <summary>Creates a rule that is not yet in the firewall.</summary>
    INetFwRule CreateRule();
}
