using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>One rule that is to be changed. Each step leaves no rule in force that holds an address it should not.</summary>
/// <param name="Text">The rule's name in Windows.</param>
/// <param name="Place">Which part of the networks it is about; null where that is a rule that is none of ours.</param>
internal abstract record RuleStep(string Text, RuleName? Place)
{
    /// <summary>Adds a rule that is not there.</summary>
    internal sealed record Create(string Text, RuleName Name, RangeSet Ranges) : RuleStep(Text, Name);

    /// <summary>Gives a proper rule other addresses, or none other, and enables it.</summary>
    /// <param name="Text">The rule's name in Windows.</param>
    /// <param name="Name">The rule's name.</param>
    /// <param name="Ranges">What it is to hold.</param>
    /// <param name="Before">What it holds now; null when that is nothing of ours.</param>
    internal sealed record Write(string Text, RuleName Name, RangeSet Ranges, RangeSet? Before) : RuleStep(Text, Name);

    /// <summary>Removes a proper rule.</summary>
    internal sealed record Delete(string Text, RuleName Name) : RuleStep(Text, Name);

    /// <summary>Removes all rules of a name that are in our group, and not as we write them.</summary>
    /// <param name="Text">The rules' name in Windows.</param>
    /// <param name="Difference">The property that tells.</param>
    internal sealed record Drop(string Text, string Difference) : RuleStep(Text, null);
}
