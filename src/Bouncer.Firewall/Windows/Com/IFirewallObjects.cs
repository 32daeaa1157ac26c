namespace Bouncer.Firewall.Windows.Com;

/// <summary>Where the firewall's objects come from.</summary>
internal interface IFirewallObjects
{
    INetFwPolicy2 CreatePolicy();

    /// <summary>Makes a rule that is in no firewall yet.</summary>
    INetFwRule CreateRule();
}
