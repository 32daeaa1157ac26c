using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>What Windows says of the effect that the rules of this machine have.</summary>
/// <param name="Profiles">The profiles that count: those of the networks that the machine is in, as far as our rules hold for them.</param>
/// <param name="SwitchedOff">Those of them in which the firewall is switched off.</param>
/// <param name="LocalPolicy">Whether rules of the machine take effect.</param>
/// <param name="IsAlikeEverywhere">Whether <paramref name="LocalPolicy"/> is the same for all networks of the machine.</param>
internal sealed record FirewallState(NetworkProfiles Profiles, NetworkProfiles SwitchedOff, LocalPolicyState LocalPolicy, bool IsAlikeEverywhere);
