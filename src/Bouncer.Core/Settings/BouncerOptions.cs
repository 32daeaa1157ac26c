namespace Bouncer;

/// <summary>The settings of a bouncer; section <c>Bouncer</c> of the configuration.</summary>
public sealed class BouncerOptions
{
    /// <summary>The address and credentials of LAPI.</summary>
    public LapiOptions Lapi { get; set; } = new();

    /// <summary>How decisions are synchronised.</summary>
    public SyncOptions Sync { get; set; } = new();

    /// <summary>How LAPI is queried in live mode.</summary>
    public LiveOptions Live { get; set; } = new();

    /// <summary>The file that keeps the decisions over a restart.</summary>
    public SnapshotOptions Snapshot { get; set; } = new();

    /// <summary>The usage metrics that LAPI gets.</summary>
    public UsageMetricsOptions UsageMetrics { get; set; } = new();

    /// <summary>Networks whose clients always pass, even if there are decisions on them; addresses or CIDR ranges.</summary>
    /// <value>When null or empty: only those of <see cref="TrustLoopback"/>.</value>
    public IList<string>? TrustedNetworks { get; set; }

    /// <summary>Whether the loopback networks <c>127.0.0.0/8</c> and <c>::1/128</c> are also trusted.</summary>
    /// <value>The default is true.</value>
    public bool TrustLoopback { get; set; } = true;

    /// <summary>Forms of IPv6 addresses that contain an IPv4 address, which is then checked as well: <c>nat64</c> (64:ff9b::/96),
    /// <c>6to4</c> (2002::/16), <c>compatible</c> (::/96), <c>translated</c> (::ffff:0:0:0/96), and a translator's own networks in the
    /// layouts of RFC 6052, of length 32, 40, 48, 56, 64 or 96. Takes effect at the next start.</summary>
    /// <remarks>Decisions on either address apply, strongest first. Limits count the IPv4 address.
    /// <see cref="TrustedNetworks"/> and proxies are compared only with the address itself.</remarks>
    /// <value>When null or empty, none.</value>
    public IList<string>? EmbeddedIPv4 { get; set; }

    /// <summary>What happens for a decision whose type is not defined. Takes effect at the next start.</summary>
    /// <value>The default is <c>ban</c>.</value>
    public string FallbackRemediation { get; set; } = "ban";
}
