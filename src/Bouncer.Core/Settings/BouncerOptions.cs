namespace Bouncer;

/// <summary>The settings of a bouncer; section <c>Bouncer</c> of the configuration.</summary>
public sealed class BouncerOptions
{
    /// <summary>Where LAPI is and how to get in.</summary>
    public LapiOptions Lapi { get; set; } = new();

    /// <summary>How decisions are kept in step.</summary>
    public SyncOptions Sync { get; set; } = new();

    /// <summary>How LAPI is asked in live mode.</summary>
    public LiveOptions Live { get; set; } = new();

    /// <summary>Networks whose clients always pass, whatever is decided on them; addresses or CIDR ranges.</summary>
    /// <value>When null or empty: none but those of <see cref="TrustLoopback"/>.</value>
    public IList<string>? TrustedNetworks { get; set; }

    /// <summary>Whether the loopback networks <c>127.0.0.0/8</c> and <c>::1/128</c> are trusted as well.</summary>
    /// <value>The default is true.</value>
    public bool TrustLoopback { get; set; } = true;

    /// <summary>Forms of IPv6 addresses that hold an IPv4 address, by which their clients are judged as well: the words
    /// <c>nat64</c> (64:ff9b::/96), <c>6to4</c> (2002::/16), <c>compatible</c> (::/96) and <c>translated</c> (::ffff:0:0:0/96), and
    /// networks of a translator's own in RFC 6052's layouts, of length 32, 40, 48, 56, 64 or 96.</summary>
    /// <remarks>Decisions on either address count, the strongest first. One client has one account, whichever of them it uses.
    /// <see cref="TrustedNetworks"/> and proxies are compared with the address itself alone.</remarks>
    /// <value>When null or empty, none.</value>
    public IList<string>? EmbeddedIPv4 { get; set; }

    /// <summary>What happens for a decision whose type is not defined.</summary>
    /// <value>The default is <c>ban</c>.</value>
    public string FallbackRemediation { get; set; } = "ban";
}
