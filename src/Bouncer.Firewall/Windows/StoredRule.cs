namespace Bouncer.Firewall.Windows;

/// <summary>A rule of ours as it was found in Windows.</summary>
/// <param name="Name">Its name, which need not be one that we give.</param>
/// <param name="IsProper">Whether everything about it but its addresses and whether it is enabled is as we write it.</param>
/// <param name="IsEnabled">Whether it is in force.</param>
/// <param name="Addresses">Its remote addresses, in Windows' own words.</param>
internal sealed record StoredRule(string Name, bool IsProper, bool IsEnabled, string? Addresses);
