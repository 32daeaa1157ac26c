using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>A change of one rule. After each step, no enabled rule contains an address that it should not.</summary>
/// <param name="Text">The rule's name in Windows.</param>
/// <param name="Place">The part of the networks that the rule contains; null if the rule is not one of the bouncer's.</param>
internal abstract record RuleStep(string Text, RuleName? Place)
{
    /// <summary>Adds a rule that does not exist.</summary>
    internal sealed record Create(string Text, RuleName Name, RangeSet Ranges) : RuleStep(Text, Name);

    /// <summary>Sets the addresses of a correct rule, if they differ, and enables it.</summary>
    /// <param name="Text">The rule's name in Windows.</param>
    /// <param name="Name">The rule's name.</param>
    /// <param name="Ranges">Its intended content.</param>
    /// <param name="Before">Its current content; null if the bouncer cannot have written it.</param>
    internal sealed record Write(string Text, RuleName Name, RangeSet Ranges, RangeSet? Before) : RuleStep(Text, Name);

    /// <summary>Removes a correct rule.</summary>
    internal sealed record Delete(string Text, RuleName Name) : RuleStep(Text, Name);

    /// <summary>Removes all rules with a name that are in the bouncer's group and differ from what it writes.</summary>
    /// <param name="Text">The rules' name in Windows.</param>
    /// <param name="Difference">The property that differs.</param>
    internal sealed record Drop(string Text, string Difference) : RuleStep(Text, null);
}
