using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The steps, in an order that leaves no address unprotected that was blocked and is to stay so: first what mends rules
/// that block whom they should not, then all that only adds, then what changes, then what goes.</summary>
internal sealed class WindowsFirewallPlan : FirewallPlan
{
    internal required IReadOnlyList<RuleStep> Steps { get; init; }

    /// <summary>Steps that answer no change of the networks, but rules found missing or changed.</summary>
    internal bool IsRepair { get; init; }

    /// <summary>The networks that are to be blocked, as far as can be told: Windows is asked for addresses, and
    /// knows no networks. 0 where another rule blocks them already.</summary>
    public override int Added => Steps.Count == 0 ? 0 : AddedNetworks;

    /// <summary>Always 0: Windows knows no ends of blocks, so that another end changes nothing in it.</summary>
    public override int Renewed => 0;

    /// <summary>The networks that are to be let through; after a start, the ranges of addresses.</summary>
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
