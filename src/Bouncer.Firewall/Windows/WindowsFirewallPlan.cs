using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The steps, in an order in which an address that stays blocked is never let through: first repairs of rules that block
/// addresses they should not, then additions, then changes, then removals.</summary>
internal sealed class WindowsFirewallPlan : FirewallPlan
{
    internal required IReadOnlyList<RuleStep> Steps { get; init; }

    /// <summary>Whether the steps repair rules that were found missing or changed, without a change of the networks.</summary>
    internal bool IsRepair { get; init; }

    /// <summary>The number of networks that will be blocked, as far as it is known, because Windows has addresses and not networks.
    /// 0 if another rule blocks them already.</summary>
    public override int Added => Steps.Count == 0 ? 0 : AddedNetworks;

    /// <summary>Always 0, because rules in Windows have no end.</summary>
    public override int Renewed => 0;

    /// <summary>The number of networks that will no longer be blocked; after a start, of address ranges.</summary>
    public override int Removed => Steps.Count == 0 ? 0 : RemovedNetworks;

    public override bool RewritesRules => IsRepair || (Steps.Count > 0 && AddedNetworks + RemovedNetworks == 0);

    internal int AddedNetworks { get; init; }

    internal int RemovedNetworks { get; init; }

    public override IEnumerable<string> Describe() => Steps.Select(step => step switch
    {
        RuleStep.Create create => $"create {create.Text}: {AddressText.Write(create.Ranges, create.Name.IsIPv4)}",
        RuleStep.Write { Before: { } before } write when write.Ranges.Equals(before) => $"enable {write.Text}",
        RuleStep.Write { Before: { } before } write => $"change {write.Text}:{Change(" add ", write.Ranges.Except(before), write)}{Change(" remove ", before.Except(write.Ranges), write)}",
        RuleStep.Write write => $"change {write.Text}: {AddressText.Write(write.Ranges, write.Name.IsIPv4)}",
        _ => $"delete {step.Text}",
    });

    private static string Change(string word, RangeSet ranges, RuleStep.Write write) =>
        ranges.IsEmpty ? "" : word + AddressText.Write(ranges, write.Name.IsIPv4);
}
