using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Defines a policy in code. Adds to the configuration's policy of the same name, and takes precedence over it if called
/// later.</summary>
public sealed class BouncerPolicyBuilder
{
    private readonly BouncerPolicyOptions _policy;

    internal BouncerPolicyBuilder(BouncerPolicyOptions policy) => _policy = policy;

    /// <summary>Replaces a remediation by another, or by <see cref="Remediation.None"/> to let such clients pass.</summary>
    /// <param name="remediation">The remediation of a verdict; not none.</param>
    /// <param name="to">The new remediation; one without a handler prevents the start.</param>
    /// <exception cref="ArgumentException">The remediation to replace is none.</exception>
    public BouncerPolicyBuilder Map(Remediation remediation, Remediation to)
    {
        if (remediation.IsNone)
        {
            throw new ArgumentException("'none' cannot be mapped: such clients have no remediation.", nameof(remediation));
        }

        _policy.Map[remediation.Name] = to.Name;
        return this;
    }

    /// <summary>Sets the remediation for the decisions of an origin: <c>CAPI</c> is the community list.</summary>
    /// <param name="origin">The origin; a <c>*</c> at the end matches any suffix.</param>
    /// <param name="to">The remediation; none ignores the decisions.</param>
    /// <exception cref="ArgumentException">The origin is empty or blank.</exception>
    public BouncerPolicyBuilder MapOrigin(string origin, Remediation to)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(origin);
        return Rule(new BouncerPolicyRule { Origin = origin, Remediation = to.Name });
    }

    /// <summary>Sets the remediation for the decisions of a scenario or a list.</summary>
    /// <param name="scenario">The scenario; a <c>*</c> at the end matches any suffix.</param>
    /// <param name="to">The remediation; none ignores the decisions.</param>
    /// <exception cref="ArgumentException">The scenario is empty or blank.</exception>
    public BouncerPolicyBuilder MapScenario(string scenario, Remediation to)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scenario);
        return Rule(new BouncerPolicyRule { Scenario = scenario, Remediation = to.Name });
    }

    /// <summary>Adds a rule; the first rule that matches a decision applies.</summary>
    /// <param name="rule">The rule.</param>
    public BouncerPolicyBuilder Rule(BouncerPolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _policy.Rules.Add(rule);
        return this;
    }

    /// <summary>Replaces all stronger remediations by this one.</summary>
    /// <param name="strongest">The remediation; none lets all clients pass except those whose address cannot be determined, to
    /// which <see cref="WhenUnresolved"/> applies.</param>
    public BouncerPolicyBuilder Maximum(Remediation strongest)
    {
        _policy.Maximum = strongest.Name;
        return this;
    }

    /// <summary>Sets the remediation while there may be more decisions on a client than are known.</summary>
    /// <param name="remediation">The remediation; none applies only the known decisions.</param>
    public BouncerPolicyBuilder WhenUnavailable(Remediation remediation)
    {
        _policy.WhenUnavailable = remediation.Name;
        return this;
    }

    /// <summary>Sets the remediation if a client's address cannot be determined.</summary>
    /// <param name="remediation">The remediation; none lets the client pass, and one with the name <c>refuse</c> responds with
    /// 400.</param>
    public BouncerPolicyBuilder WhenUnresolved(Remediation remediation)
    {
        _policy.WhenUnresolved = remediation.Name;
        return this;
    }

    /// <summary>Sets the rate of a throttled client.</summary>
    /// <param name="permitLimit">The number of requests that pass in each window, evenly spread; 1 to 10,000.</param>
    /// <param name="window">The length of the window; 1 second to 1 day.</param>
    /// <param name="burst">The number of requests that may pass at once, 1 to 10,000; when null,
    /// <paramref name="permitLimit"/>.</param>
    public BouncerPolicyBuilder Throttle(int permitLimit, TimeSpan window, int? burst = null)
    {
        _policy.Throttle = new PolicyThrottleOptions { PermitLimit = permitLimit, Window = window, Burst = burst ?? permitLimit };
        return this;
    }

    /// <summary>Limits throttled clients by the application's own limiter. The bouncer then sends no rate, and the time to wait
    /// only if the limiter's lease has it (<see cref="MetadataName.RetryAfter"/>).</summary>
    /// <param name="limiter">The limiter. The application disposes it; leases are disposed at the end of the request. A request
    /// waits while the limiter has it queued.</param>
    public BouncerPolicyBuilder ThrottleWith(PartitionedRateLimiter<HttpContext> limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _policy.ThrottleLimiter = limiter;
        return this;
    }

    /// <summary>Sets the captcha that a client has to solve.</summary>
    /// <param name="provider">The name of the provider; when null, that of <see cref="CaptchaOptions.Provider"/>.</param>
    /// <param name="difficulty">The difficulty of the local captcha, 1 to 10; when null,
    /// <see cref="CaptchaOptions.Difficulty"/>.</param>
    public BouncerPolicyBuilder Captcha(string? provider = null, int? difficulty = null)
    {
        _policy.Captcha = new PolicyCaptchaOptions { Provider = provider, Difficulty = difficulty };
        return this;
    }

    /// <summary>Sets whether CrowdSec's AppSec inspects the requests.</summary>
    /// <param name="inspect">False does not inspect them, even if <see cref="AppSecOptions.Enabled"/> is on.</param>
    public BouncerPolicyBuilder AppSec(bool inspect = true)
    {
        _policy.AppSec = inspect;
        return this;
    }

    /// <summary>Sets whether decisions on clients count.</summary>
    /// <param name="use">False does not look them up, and leaves the requests to AppSec alone.</param>
    public BouncerPolicyBuilder Decisions(bool use = true)
    {
        _policy.Decisions = use;
        return this;
    }

    /// <summary>Records verdicts and refuses nothing.</summary>
    /// <param name="dryRun">False enforces, even if <see cref="BouncerHttpOptions.DryRun"/> is on.</param>
    public BouncerPolicyBuilder DryRun(bool dryRun = true)
    {
        _policy.DryRun = dryRun;
        return this;
    }
}
