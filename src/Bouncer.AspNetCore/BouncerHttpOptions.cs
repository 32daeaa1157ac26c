namespace Bouncer.AspNetCore;

/// <summary>How the bouncer responds to requests; section <c>Bouncer:Http</c>.</summary>
/// <remarks>A changed configuration takes effect immediately. An invalid one is logged, and the last valid settings stay in
/// effect.</remarks>
public sealed class BouncerHttpOptions
{
    /// <summary>The name, in the settings, of the policy of endpoints that name none.</summary>
    internal const string DefaultPolicyName = "default";

    /// <summary>Whether verdicts are only recorded and no request is refused, unless a policy overrides it.</summary>
    /// <value>The default is false.</value>
    public bool DryRun { get; set; }

    /// <summary>Whether each refusal is logged, at level Information, with the reference that the visitor sees, the remediation,
    /// the policy and the decision's id, origin and scenario. The line never contains the visitor's address.</summary>
    /// <remarks>An attack produces many lines; make sure that the log has room for them.</remarks>
    /// <value>The default is false.</value>
    public bool LogRefusals { get; set; }

    /// <summary>The remediation while there may be decisions on a client that are not known: LAPI cannot be queried (live mode), the
    /// decisions held are older than <see cref="SyncOptions.MaxStaleness"/>, or there are decisions on a country or another value
    /// that cannot be determined for the client. It applies in addition to known decisions, strongest first.</summary>
    /// <value>The default is <c>none</c>: a client without a decision passes.</value>
    public string WhenUnavailable { get; set; } = "none";

    /// <summary>What happens if a client's address cannot be determined: <c>refuse</c> responds with 400, <c>none</c> lets the
    /// client pass, and the name of a remediation applies it.</summary>
    /// <value>When null: <c>refuse</c> if a trusted proxy did not name its client by a valid address, or if
    /// <see cref="ProxyOptions.Networks"/> is set and there is no address at all; otherwise <c>none</c>.</value>
    public string? WhenUnresolved { get; set; }

    /// <summary>The path prefix of the bouncer's own pages. Other paths below it still reach the application.</summary>
    /// <value>The default is <c>/.bouncer</c>; it begins with a slash, does not end with one, and consists of letters, digits and
    /// <c>. - _ ~ /</c>.</value>
    public string PathPrefix { get; set; } = "/.bouncer";

    /// <summary>A folder with texts of your own for the bouncer's pages, relative to the content root: one file for each language,
    /// named <c>nl.json</c> or <c>pt-BR.json</c>. For a text that a file does not contain, the built-in one is used.</summary>
    /// <value>When null: the built-in languages en, de, es, fr and sv. A file that cannot be read prevents the start.</value>
    public string? Texts { get; set; }

    /// <summary>The details of the site that the pages show.</summary>
    public SiteOptions Site { get; set; } = new();

    /// <summary>The response to a banned client.</summary>
    public BanOptions Ban { get; set; } = new();

    /// <summary>The captcha that a client has to solve.</summary>
    public CaptchaOptions Captcha { get; set; } = new();

    /// <summary>The rate limit of throttled clients.</summary>
    public ThrottleOptions Throttle { get; set; } = new();

    /// <summary>How a second factor is requested.</summary>
    public MfaOptions Mfa { get; set; } = new();

    /// <summary>How a client's country and autonomous system are found.</summary>
    public GeoOptions Geo { get; set; } = new();

    /// <summary>Inspection of requests by CrowdSec's web application firewall.</summary>
    public AppSecOptions AppSec { get; set; } = new();

    /// <summary>The named policies; names are case-insensitive. The one named <c>default</c> is the policy of all endpoints without
    /// another.</summary>
    public IDictionary<string, BouncerPolicyOptions> Policies { get; set; } =
        new Dictionary<string, BouncerPolicyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Called before a request is remediated; returns the remediation to apply, such as
    /// <see cref="RemediationContext.Remediation"/> to change nothing, or <see cref="Remediation.None"/> to let the request pass.
    /// If it throws, the request is refused. Not called in a dry run or if the policy lets the client pass.</summary>
    public Func<RemediationContext, ValueTask<Remediation>>? OnRemediating { get; set; }

    /// <summary>Called after a handler handled a request, with the result. Its exceptions are logged and have no other effect. Not
    /// called in a dry run or if the handler failed.</summary>
    public Func<RemediationContext, RemediationResult, ValueTask>? OnRemediated { get; set; }

    /// <summary>The settings of the policy of endpoints that name none.</summary>
    internal BouncerPolicyOptions DefaultPolicy => Policies.TryGetValue(DefaultPolicyName, out var policy) ? policy : new BouncerPolicyOptions();

    /// <summary>Gets the policy with a name; creates it if there is none.</summary>
    internal BouncerPolicyOptions Policy(string name)
    {
        if (!Policies.TryGetValue(name, out var policy))
        {
            Policies[name] = policy = new BouncerPolicyOptions();
        }

        return policy;
    }
}
