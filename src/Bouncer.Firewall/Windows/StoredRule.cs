namespace Bouncer.Firewall.Windows;

/// <summary>A rule of the bouncer as found in Windows, with its addresses.</summary>
/// <param name="Name">Its name, which may be one that the bouncer does not use.</param>
/// <param name="Difference">A property that differs from what the bouncer writes; null if there is none.</param>
/// <param name="IsEnabled">Whether it is enabled.</param>
/// <param name="Addresses">Its remote addresses, in the format of Windows.</param>
internal sealed record StoredRule(string Name, string? Difference, bool IsEnabled, string? Addresses) : SeenRule(Name, Difference, IsEnabled);
