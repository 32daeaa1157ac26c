using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>The effect of this machine's rules, as reported by Windows.</summary>
/// <param name="Profiles">The relevant profiles: those of the machine's current networks to which the bouncer's rules
/// apply.</param>
/// <param name="SwitchedOff">The relevant profiles in which the firewall is switched off.</param>
/// <param name="LocalPolicy">Whether local rules of the machine take effect.</param>
/// <param name="IsAlikeEverywhere">Whether <paramref name="LocalPolicy"/> is the same for all of the machine's networks.</param>
internal sealed record FirewallState(NetworkProfiles Profiles, NetworkProfiles SwitchedOff, LocalPolicyState LocalPolicy, bool IsAlikeEverywhere);
