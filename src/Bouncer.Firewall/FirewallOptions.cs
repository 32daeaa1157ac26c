using Bouncer.Configuration;

namespace Bouncer.Firewall;

/// <summary>How decisions become rules of the system's firewall; section <c>Bouncer:Firewall</c>.</summary>
/// <remarks>Never blocked, whatever is decided: <see cref="BouncerOptions.TrustedNetworks"/>, loopback, the addresses of LAPI
/// and of the HTTP proxy on the way to it, and the default gateways. How wide a range is believed stands in <see cref="SyncOptions.MinIPv4PrefixLength"/> and
/// <see cref="SyncOptions.MinIPv6PrefixLength"/>.</remarks>
public sealed class FirewallOptions
{
    /// <summary>The name of the nftables table, and the group and first part of the names of Windows' rules. Two bouncers on one
    /// machine need two names.</summary>
    /// <value>The default is <c>crowdsec_bouncer</c>; 1 to 32 small letters, digits and <c>_</c>, beginning with a letter; no word of
    /// nft's own language, such as <c>set</c>.</value>
    public string Name { get; set; } = "crowdsec_bouncer";

    /// <summary>The types of decisions that are put into the firewall: a visitor who is to solve a captcha must reach the page.</summary>
    /// <value>When null or empty: <c>ban</c>.</value>
    public IList<string>? Types { get; set; }

    /// <summary>Whether connections to the networks are blocked as well as those from them.</summary>
    /// <value>The default is false.</value>
    public bool Outbound { get; set; }

    /// <summary>Whether changes are only counted and logged, and nothing is written.</summary>
    /// <value>The default is false.</value>
    public bool DryRun { get; set; }

    /// <summary>Whether everything is removed when the host stops. If not, nftables ends the blocks in their time, and in
    /// Windows they stay until the next start. Where removing fails, it is tried once more; then event 4009 and
    /// <see cref="FirewallStatus.LastError"/> say so.</summary>
    /// <value>The default is false.</value>
    public bool RemoveOnStop { get; set; }

    /// <summary>The time between two comparisons of all that the firewall holds with all that it should.</summary>
    /// <value>The default is 1 hour; from 1 minute to 24 hours.</value>
    [TimeRange("00:01:00", "1.00:00:00")]
    public TimeSpan ReconcileInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What is particular to nftables.</summary>
    public NftablesOptions Nftables { get; set; } = new();

    /// <summary>What is particular to Windows Firewall.</summary>
    public WindowsFirewallOptions Windows { get; set; } = new();
}
