using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>A proper rule that is in Windows, by the last that is known of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ranges">What it holds; null when that is nothing of ours, such as <c>*</c>.</param>
/// <param name="IsEnabled">Whether it is in force.</param>
internal sealed record KnownRule(RuleName Name, RangeSet? Ranges, bool IsEnabled);
