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
    /// <value>When null: the loopback networks <c>127.0.0.0/8</c> and <c>::1/128</c>. A list of your own replaces them.</value>
    public IList<string>? TrustedNetworks { get; set; }

    /// <summary>What happens for a decision whose type nobody here defined.</summary>
    /// <value>The default is <c>ban</c>.</value>
    public string FallbackRemediation { get; set; } = "ban";

    /// <summary>What the configuration held that could not be read; the validator reports it with the rest.</summary>
    internal ICollection<string> Malformed { get; } = [];
}
