using Bouncer.Firewall.Windows.Com;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Windows;

/// <summary>Checks whether the written rules have an effect in Windows: bans do not take effect merely because they were
/// written.</summary>
/// <param name="name">The rules' group.</param>
/// <param name="logger">Where it logs that they have no effect in some networks; once, until that changes.</param>
internal sealed class EffectCheck(string name, ILogger logger)
{
    private FirewallState? _last;

    /// <returns>Why the rules have no effect in any network; null if they have one.</returns>
    internal FirewallException? Check(FirewallState state)
    {
        var isNew = state != _last;
        _last = state;
        if (state.SwitchedOff == state.Profiles)
        {
            return new(
                FirewallErrorKind.SwitchedOff,
                $"Windows Firewall is switched off for the networks of this machine ({state.Profiles}). The rules '{name}' stand in it, but nothing is blocked until it is switched on: Set-NetFirewallProfile -Enabled True.");
        }

        if (state.LocalPolicy == LocalPolicyState.GroupPolicyOverrides)
        {
            return new(
                FirewallErrorKind.Overridden,
                $"A group policy keeps the rules of this machine from taking effect. The rules '{name}' stand in Windows Firewall, but nothing is blocked until the policy applies local firewall rules: Get-NetFirewallProfile -PolicyStore ActiveStore shows AllowLocalFirewallRules.");
        }

        if (isNew)
        {
            TellWhatIsLeftOut(state);
        }

        return null;
    }

    private void TellWhatIsLeftOut(FirewallState state)
    {
        if (state.SwitchedOff != NetworkProfiles.None)
        {
            logger.PartlySwitchedOff(state.SwitchedOff);
        }

        if (!state.IsAlikeEverywhere)
        {
            logger.PartlyOverridden();
        }
        else if (state.LocalPolicy == LocalPolicyState.InboundBlocked)
        {
            logger.InboundBlocked();
        }
    }
}
