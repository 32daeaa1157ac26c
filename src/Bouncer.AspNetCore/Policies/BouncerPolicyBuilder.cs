using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Writes a policy in code. Adds to, and wins over, what the configuration says under the same name when it is
/// called later.</summary>
public sealed class BouncerPolicyBuilder
{
    private readonly BouncerPolicyOptions _policy;

    internal BouncerPolicyBuilder(BouncerPolicyOptions policy) => _policy = policy;

    /// <summary>Replaces a remediation by another, or by <see cref="Remediation.None"/> to let such clients pass.</summary>
    /// <param name="remediation">The remediation of a verdict; not none.</param>
    /// <param name="to">What is done instead; a remediation without a handler stops the start.</param>
    /// <exception cref="ArgumentException">The remediation to replace is none.</exception>
    public BouncerPolicyBuilder Map(Remediation remediation, Remediation to)
    {
        if (remediation.IsNone)
        {
            throw new ArgumentException("A client without a remediation cannot be treated otherwise.", nameof(remediation));
        }

        _policy.Map[remediation.Name] = to.Name;
        return this;
    }

    /// <summary>Says what becomes of the decisions of an origin: <c>CAPI</c> is the community list.</summary>
    /// <param name="origin">The origin; a <c>*</c> at its end stands for any end.</param>
    /// <param name="to">What is done with them; none does as if they did not exist.</param>
    /// <exception cref="ArgumentException">The origin is empty or blank.</exception>
    public BouncerPolicyBuilder MapOrigin(string origin, Remediation to)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(origin);
        return Rule(new BouncerPolicyRule { Origin = origin, Remediation = to.Name });
    }

    /// <summary>Says what becomes of the decisions of a scenario, or of a list.</summary>
    /// <param name="scenario">The scenario; a <c>*</c> at its end stands for any end.</param>
    /// <param name="to">What is done with them; none does as if they did not exist.</param>
    /// <exception cref="ArgumentException">The scenario is empty or blank.</exception>
    public BouncerPolicyBuilder MapScenario(string scenario, Remediation to)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(scenario);
        return Rule(new BouncerPolicyRule { Scenario = scenario, Remediation = to.Name });
    }

    /// <summary>Adds a rule; the first one that is true of a decision counts.</summary>
    /// <param name="rule">The rule.</param>
    public BouncerPolicyBuilder Rule(BouncerPolicyRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _policy.Rules.Add(rule);
        return this;
    }

    /// <summary>Makes everything that is stronger than a remediation into it.</summary>
    /// <param name="strongest">The remediation; none lets everybody pass but those whose address cannot be determined, for whom
    /// <see cref="WhenUnresolved"/> is.</param>
    public BouncerPolicyBuilder Maximum(Remediation strongest)
    {
        _policy.Maximum = strongest.Name;
        return this;
    }

    /// <summary>Says what is done while more may be decided on a client than is known.</summary>
    /// <param name="remediation">The remediation; none leaves it to what is known.</param>
    public BouncerPolicyBuilder WhenUnavailable(Remediation remediation)
    {
        _policy.WhenUnavailable = remediation.Name;
        return this;
    }

    /// <summary>Says what is done where a client's address cannot be determined.</summary>
    /// <param name="remediation">The remediation; none lets it pass, and one with the name <c>refuse</c> answers 400.</param>
    public BouncerPolicyBuilder WhenUnresolved(Remediation remediation)
    {
        _policy.WhenUnresolved = remediation.Name;
        return this;
    }

    /// <summary>Says how often a throttled client may come.</summary>
    /// <param name="permitLimit">How many requests pass in each window, evenly spread; 1 to 10,000.</param>
    /// <param name="window">The time in which they pass; 1 second to 1 day.</param>
    /// <param name="burst">How many may come at once, 1 to 10,000; when null, <paramref name="permitLimit"/>.</param>
    public BouncerPolicyBuilder Throttle(int permitLimit, TimeSpan window, int? burst = null)
    {
        _policy.Throttle = new PolicyThrottleOptions { PermitLimit = permitLimit, Window = window, Burst = burst ?? permitLimit };
        return this;
    }

    /// <summary>Has the application's own limiter say how often a throttled client may come. The bouncer then tells no rate, and
    /// the time to wait only if the limiter's lease does (<see cref="MetadataName.RetryAfter"/>).</summary>
    /// <param name="limiter">The limiter. The application disposes it; leases are disposed at the end of the request. While it
    /// has a request queue, the request waits.</param>
    public BouncerPolicyBuilder ThrottleWith(PartitionedRateLimiter<HttpContext> limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        _policy.ThrottleLimiter = limiter;
        return this;
    }

    /// <summary>Says which captcha a client solves.</summary>
    /// <param name="provider">The name of the provider; when null, that of <see cref="CaptchaOptions.Provider"/>.</param>
    /// <param name="difficulty">How hard the local captcha is, 1 to 10; when null, <see cref="CaptchaOptions.Difficulty"/>.</param>
    public BouncerPolicyBuilder Captcha(string? provider = null, int? difficulty = null)
    {
        _policy.Captcha = new PolicyCaptchaOptions { Provider = provider, Difficulty = difficulty };
        return this;
    }

    /// <summary>Records verdicts and refuses nothing.</summary>
    /// <param name="dryRun">False enforces, also where <see cref="BouncerHttpOptions.DryRun"/> is on.</param>
    public BouncerPolicyBuilder DryRun(bool dryRun = true)
    {
        _policy.DryRun = dryRun;
        return this;
    }
}
