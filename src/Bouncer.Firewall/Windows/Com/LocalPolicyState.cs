namespace Bouncer.Firewall.Windows.Com;

/// <summary>NET_FW_MODIFY_STATE of icftypes.h: whether rules of this machine, as opposed to those of a group policy, take effect.</summary>
internal enum LocalPolicyState
{
    /// <summary>They do, in at least one of the profiles of the machine's networks.</summary>
    Ok,

    /// <summary>A group policy prevents it.</summary>
    GroupPolicyOverrides,

    /// <summary>All inbound traffic is blocked, so rules for it have no effect.</summary>
    InboundBlocked,
}
