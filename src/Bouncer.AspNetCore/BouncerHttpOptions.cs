namespace Bouncer.AspNetCore;

/// <summary>How verdicts become answers; section <c>Bouncer:Http</c>.</summary>
/// <remarks>A changed configuration takes effect at once; one that is not valid is logged and the last good one stays.</remarks>
public sealed class BouncerHttpOptions
{
    /// <summary>The name under which the settings speak of the policy that endpoints have without naming one.</summary>
    internal const string DefaultPolicyName = "default";

    /// <summary>Whether verdicts are recorded and nothing is refused, unless a policy says otherwise.</summary>
    /// <value>The default is false.</value>
    public bool DryRun { get; set; }

    /// <summary>Whether each refusal is logged, at level Information, with the reference that the visitor sees, the remediation, the
    /// policy and the decision's id, origin and scenario. It never holds the visitor's address.</summary>
    /// <remarks>An attack makes many lines: think of the room.</remarks>
    /// <value>The default is false.</value>
    public bool LogRefusals { get; set; }

    /// <summary>The remediation while more may be decided on a client than is known: LAPI cannot be asked, or what is held is too
    /// old. It counts beside the decisions that are known, and the stronger comes first.</summary>
    /// <value>The default is <c>none</c>: a client without a decision passes.</value>
    public string WhenUnavailable { get; set; } = "none";

    /// <summary>What is done where a client's address cannot be determined: <c>refuse</c> answers 400, <c>none</c> lets the
    /// client pass, and any remediation is carried out.</summary>
    /// <value>When null: <c>refuse</c> where a believed proxy named the client by what is no address, or where
    /// <see cref="ProxyOptions.Networks"/> is set and there is no address at all; else <c>none</c>.</value>
    public string? WhenUnresolved { get; set; }

    /// <summary>The path below which the bouncer's own pages lie. An application that uses it for something else keeps all
    /// paths but theirs.</summary>
    /// <value>The default is <c>/.bouncer</c>; begins with a slash, ends with none, and consists of letters, digits and
    /// <c>. - _ ~ /</c>.</value>
    public string PathPrefix { get; set; } = "/.bouncer";

    /// <summary>A folder with texts of your own for the bouncer's pages, relative to the content root: one file for each language, named
    /// <c>nl.json</c> or <c>pt-BR.json</c>. What a file leaves out is taken from the built-in texts.</summary>
    /// <value>When null: the built-in languages en, de, es, fr and sv. A file that cannot be read stops the start.</value>
    public string? Texts { get; set; }

    /// <summary>What the pages tell of the site.</summary>
    public SiteOptions Site { get; set; } = new();

    /// <summary>How a banned client is answered.</summary>
    public BanOptions Ban { get; set; } = new();

    /// <summary>How clients prove that they may go on.</summary>
    public CaptchaOptions Captcha { get; set; } = new();

    /// <summary>How often a throttled client may come.</summary>
    public ThrottleOptions Throttle { get; set; } = new();

    /// <summary>How a second factor is demanded.</summary>
    public MfaOptions Mfa { get; set; } = new();

    /// <summary>Inspection of requests by CrowdSec's web application firewall.</summary>
    public AppSecOptions AppSec { get; set; } = new();

    /// <summary>The named policies; names are compared without case. One with the name <c>default</c> is the policy of all
    /// endpoints that have no other.</summary>
    public IDictionary<string, BouncerPolicyOptions> Policies { get; set; } =
        new Dictionary<string, BouncerPolicyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called before a request is remediated; returns the remediation to apply, such as
    /// <see cref="RemediationContext.Remediation"/> to change nothing, or <see cref="Remediation.None"/> to let the request pass. If it
    /// throws, the request is refused. Not called in a dry run, nor where the policy lets the client pass.</summary>
    public Func<RemediationContext, ValueTask<Remediation>>? OnRemediating { get; set; }

    /// <summary>Called after a handler handled a request, with the result. If it throws, that is logged and nothing else happens.
    /// Not called in a dry run, nor if the handler failed.</summary>
    public Func<RemediationContext, RemediationResult, ValueTask>? OnRemediated { get; set; }

    /// <summary>What the settings say of the policy that endpoints have without naming one.</summary>
    internal BouncerPolicyOptions DefaultPolicy => Policies.TryGetValue(DefaultPolicyName, out var policy) ? policy : new BouncerPolicyOptions();

    /// <summary>The policy of a name, made if there is none yet.</summary>
    internal BouncerPolicyOptions Policy(string name)
    {
        if (!Policies.TryGetValue(name, out var policy))
        {
            Policies[name] = policy = new BouncerPolicyOptions();
        }

        return policy;
    }
}
