using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>How nftables is written; section <c>Bouncer:Firewall:Nftables</c>.</summary>
public sealed class NftablesOptions
{
    /// <summary>The path of the program <c>nft</c>. A script in its place has to become it (<c>exec</c>): the kernel tells our
    /// changes from those of others by the process.</summary>
    /// <value>When null: the first of <c>/usr/sbin/nft</c>, <c>/sbin/nft</c> and <c>/usr/bin/nft</c> that there is.</value>
    public string? Program { get; set; }

    /// <summary>Where connections from blocked networks are stopped: on their way to this machine, through it, or both.</summary>
    /// <value>When null or empty: <c>input</c> and <c>forward</c>. Containers are reached by <c>forward</c>.</value>
    public IList<string>? Hooks { get; set; }

    /// <summary>The place among the chains of a hook; lower comes first (0 is where filters usually stand).</summary>
    /// <value>The default is -10; from -400 to 400.</value>
    [Range(-400, 400)]
    public int Priority { get; set; } = -10;

    /// <summary>Ports that blocked networks still reach, such as that of a web server that refuses them itself.</summary>
    /// <value>Such as <c>443</c>, <c>443/tcp</c> or <c>8000-8100/udp</c>. When null or empty: none.</value>
    public IList<string>? AllowedPorts { get; set; }

    /// <summary>Whether the replies of blocked networks to connections that were opened from this machine, or from behind it, pass.
    /// They are told from others by the kernel's connection tracking, which costs each packet some time where nothing else on
    /// the machine uses it. Without effect if <see cref="FirewallOptions.Outbound"/> is true: there are no such connections
    /// then.</summary>
    /// <value>The default is true.</value>
    public bool TrackConnections { get; set; } = true;

    /// <summary>What the lines begin with that the kernel logs for packets that it stops, blanks at its end included. They hold
    /// the sender's address.</summary>
    /// <value>When null, nothing is logged. 1 to 64 letters, digits, blanks and <c>-_.:[]</c>.</value>
    [KeepsBlanks]
    public string? LogPrefix { get; set; }

    /// <summary>How many packets are logged in a minute, at most, after the first five.</summary>
    /// <value>The default is 60; from 1 to 6,000.</value>
    [Range(1, 6000)]
    public int LogsPerMinute { get; set; } = 60;

    /// <summary>What happens to the packets.</summary>
    /// <value>The default is <see cref="PacketVerdict.Drop"/>.</value>
    public PacketVerdict Verdict { get; set; }
}
