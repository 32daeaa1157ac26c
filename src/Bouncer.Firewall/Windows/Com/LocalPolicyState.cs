namespace Bouncer.Firewall.Windows.Com;

/// <summary>NET_FW_MODIFY_STATE of icftypes.h: whether rules of this machine, as opposed to those of a group policy, take effect.</summary>
internal enum LocalPolicyState
{
    /// <summary>They do, in one of the profiles of the machine's networks at least.</summary>
    Ok,

    /// <summary>A group policy does not let them.</summary>
    GroupPolicyOverrides,

    /// <summary>All that comes in is blocked, so that rules for it make no difference.</summary>
    InboundBlocked,
}
