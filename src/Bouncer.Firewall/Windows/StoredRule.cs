namespace Bouncer.Firewall.Windows;

/// <summary>A rule of ours as it was found in Windows, with all that counts.</summary>
/// <param name="Name">Its name, which need not be one that we give.</param>
/// <param name="Difference">The property that is not as we write it; null if all are.</param>
/// <param name="IsEnabled">Whether it is in force.</param>
/// <param name="Addresses">Its remote addresses, in Windows' own words.</param>
internal sealed record StoredRule(string Name, string? Difference, bool IsEnabled, string? Addresses) : SeenRule(Name, Difference, IsEnabled);
