namespace Bouncer.Firewall.Windows;

/// <summary>A rule of the bouncer as found in Windows, without its addresses, which take most of the time to read.</summary>
/// <param name="Name">Its name, which may be one that the bouncer does not use.</param>
/// <param name="Difference">A property that differs from what the bouncer writes; null if there is none. Addresses and the enabled
/// state are not compared.</param>
/// <param name="IsEnabled">Whether it is enabled.</param>
internal record SeenRule(string Name, string? Difference, bool IsEnabled);
