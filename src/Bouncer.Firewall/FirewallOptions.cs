using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>How decisions are applied to the system's firewall; section <c>Bouncer:Firewall</c>.</summary>
/// <remarks>Never blocked, regardless of decisions: <see cref="BouncerOptions.TrustedNetworks"/>, loopback, the addresses of LAPI
/// and of the HTTP proxy on the way to it, and the default gateways. <see cref="SyncOptions.MinIPv4PrefixLength"/> and
/// <see cref="SyncOptions.MinIPv6PrefixLength"/> set the widest ranges that are accepted.</remarks>
public sealed class FirewallOptions
{
    /// <summary>The name of the nftables table; in Windows, the group of the rules and the prefix of their names. Two bouncers on
    /// one machine need different names.</summary>
    /// <value>The default is <c>crowdsec_bouncer</c>; 1 to 32 lower-case letters, digits and <c>_</c>, beginning with a letter; not
    /// a keyword of nft, such as <c>set</c>.</value>
    public string Name { get; set; } = "crowdsec_bouncer";

    /// <summary>The types of decisions that are applied to the firewall. Do not include those that a web page handles: a visitor
    /// who has to solve a captcha must reach the page.</summary>
    /// <value>When null or empty: <c>ban</c>.</value>
    public IList<string>? Types { get; set; }

    /// <summary>Whether connections to the networks are also blocked, not only those from them.</summary>
    /// <value>The default is false.</value>
    public bool Outbound { get; set; }

    /// <summary>Whether changes are only counted and logged, not written.</summary>
    /// <value>The default is false.</value>
    public bool DryRun { get; set; }

    /// <summary>Whether all rules are removed when the host stops. If false, nftables ends each block on time, and Windows keeps
    /// them until the next start. If the removal fails, it is tried once more; if that fails as well, event 4009 and
    /// <see cref="FirewallStatus.LastError"/> report it.</summary>
    /// <value>The default is false.</value>
    public bool RemoveOnStop { get; set; }

    /// <summary>The time between two full comparisons of the firewall's content with the decisions.</summary>
    /// <value>The default is 1 hour; from 1 minute to 24 hours.</value>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The settings for nftables.</summary>
    public NftablesOptions Nftables { get; set; } = new();

    /// <summary>The settings for Windows Firewall.</summary>
    public WindowsFirewallOptions Windows { get; set; } = new();
}
