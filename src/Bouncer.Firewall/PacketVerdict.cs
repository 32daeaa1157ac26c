namespace Bouncer.Firewall;

/// <summary>What happens to packets from a blocked network.</summary>
public enum PacketVerdict
{
    /// <summary>They are dropped: the sender gets no answer.</summary>
    Drop,

    /// <summary>They are rejected: the sender gets a TCP reset or an ICMP message "prohibited" (type 3 code 13; ICMPv6 type 1 code
    /// 1).</summary>
    Reject,
}
