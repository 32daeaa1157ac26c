using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>The settings for nftables; section <c>Bouncer:Firewall:Nftables</c>.</summary>
public sealed class NftablesOptions
{
    /// <summary>The path of the program <c>nft</c>. A wrapper script must replace itself by nft (<c>exec</c>), because changes are
    /// recognized as the bouncer's own by the process that made them.</summary>
    /// <value>When null: the first of <c>/usr/sbin/nft</c>, <c>/sbin/nft</c> and <c>/usr/bin/nft</c> that exists.</value>
    public string? Program { get; set; }

    /// <summary>The hooks at which connections from blocked networks are stopped: <c>input</c> for those to this machine,
    /// <c>forward</c> for those through it, for example to containers.</summary>
    /// <value>When null or empty: both.</value>
    public IList<string>? Hooks { get; set; }

    /// <summary>The priority among the chains of a hook; lower values run first (filters usually have 0).</summary>
    /// <value>The default is -10; from -400 to 400.</value>
    [Range(-400, 400)]
    public int Priority { get; set; } = -10;

    /// <summary>The ports that blocked networks can still reach, for example that of a web server that refuses them itself:
    /// <c>443</c>, <c>443/tcp</c> or <c>8000-8100/udp</c>.</summary>
    /// <value>When null or empty: none.</value>
    public IList<string>? AllowedPorts { get; set; }

    /// <summary>Whether replies of blocked networks pass on connections that were opened from this machine or from networks behind
    /// it. The kernel's connection tracking recognizes them; it costs time for each packet if nothing else on the machine uses it.
    /// Has no effect if <see cref="FirewallOptions.Outbound"/> is true, because there are no such connections then.</summary>
    /// <value>The default is true.</value>
    public bool TrackConnections { get; set; } = true;

    /// <summary>The prefix of the lines that the kernel logs for packets that it stops; trailing blanks are part of it. The lines
    /// contain the sender's address.</summary>
    /// <value>When null: nothing is logged. 1 to 64 letters, digits, blanks and <c>-_.:[]</c>.</value>
    [KeepsBlanks]
    public string? LogPrefix { get; set; }

    /// <summary>The maximum number of packets that are logged per minute, after the first five.</summary>
    /// <value>The default is 60; from 1 to 6,000.</value>
    [Range(1, 6000)]
    public int LogsPerMinute { get; set; } = 60;

    /// <summary>What happens to the packets.</summary>
    /// <value>The default is <see cref="PacketVerdict.Drop"/>.</value>
    public PacketVerdict Verdict { get; set; }
}
