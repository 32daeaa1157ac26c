namespace Bouncer.Firewall;

/// <summary>What happens to packets from a blocked network.</summary>
public enum PacketVerdict
{
    /// <summary>They vanish: the sender waits in vain.</summary>
    Drop,

    /// <summary>The sender is told: by a TCP reset, or that it is prohibited (ICMP type 3 code 13, ICMPv6 type 1 code 1).</summary>
    Reject,
}
