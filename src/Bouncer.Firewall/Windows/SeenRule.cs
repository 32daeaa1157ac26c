namespace Bouncer.Firewall.Windows;

/// <summary>A rule of ours as it was found in Windows, without its addresses, which are most of what there is to read.</summary>
/// <param name="Name">Its name, which need not be one that we give.</param>
/// <param name="Difference">The property that is not as we write it; null if all are. The addresses and whether it is enabled do not count.</param>
/// <param name="IsEnabled">Whether it is in force.</param>
internal record SeenRule(string Name, string? Difference, bool IsEnabled);
