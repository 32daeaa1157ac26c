using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The last known state of a correct rule in Windows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ranges">Its content; null if the bouncer cannot have written it, such as <c>*</c>.</param>
/// <param name="IsEnabled">Whether it is enabled.</param>
internal sealed record KnownRule(RuleName Name, RangeSet? Ranges, bool IsEnabled);
