namespace Bouncer.Firewall;

/// <summary>How nftables is written; section <c>Bouncer:Firewall:Nftables</c>.</summary>
public sealed class NftablesOptions
{
    /// <summary>The path of the program <c>nft</c>.</summary>
    /// <value>When null: the first of <c>/usr/sbin/nft</c>, <c>/sbin/nft</c> and <c>/usr/bin/nft</c> that there is.</value>
    public string? Program { get; set; }

    /// <summary>Where connections from blocked networks are stopped: on their way to this machine, through it, or both.</summary>
    /// <value>When null or empty: <c>input</c> and <c>forward</c>. Containers are reached by <c>forward</c>.</value>
    public IList<string>? Hooks { get; set; }

    /// <summary>The place among the chains of a hook; lower comes first (0 is where filters usually stand).</summary>
    /// <value>The default is -10; from -400 to 400.</value>
    public int Priority { get; set; } = -10;

    /// <summary>What happens to the packets.</summary>
    /// <value>The default is <see cref="PacketVerdict.Drop"/>.</value>
    public PacketVerdict Verdict { get; set; }
}
