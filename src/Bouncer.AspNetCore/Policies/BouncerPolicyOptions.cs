using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>A named policy; section <c>Bouncer:Http:Policies:{name}</c>.</summary>
public sealed class BouncerPolicyOptions
{
    /// <summary>Maps remediations to others, by name: <c>{ "captcha": "ban" }</c>. A remediation that is not a key is not changed;
    /// the value <c>none</c> lets the client pass.</summary>
    public IDictionary<string, string> Map { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Maps decisions to remediations by type, origin or scenario. The first rule that matches a decision applies, and
    /// takes precedence over <see cref="Map"/>. If there are several decisions on a client, the strongest outcome
    /// applies.</summary>
    public IList<BouncerPolicyRule> Rules { get; set; } = [];

    /// <summary>The strongest remediation that this policy applies; a stronger one is replaced by it. It does not affect the 400
    /// for an address that cannot be determined, which <see cref="WhenUnresolved"/> sets.</summary>
    /// <value>When null: no limit.</value>
    public string? Maximum { get; set; }

    /// <summary>Whether verdicts are only recorded and no request is refused.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.DryRun"/>.</value>
    public bool? DryRun { get; set; }

    /// <summary>The remediation while there may be decisions on a client that are not known (<see cref="BouncerVerdict.IsStale"/>);
    /// with <c>none</c>, only known decisions apply.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.WhenUnavailable"/>.</value>
    public string? WhenUnavailable { get; set; }

    /// <summary>What happens if a client's address cannot be determined (<see cref="VerdictSource.Unresolved"/>): <c>refuse</c>,
    /// <c>none</c> or a remediation.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.WhenUnresolved"/>.</value>
    public string? WhenUnresolved { get; set; }

    /// <summary>The rate limit of throttled clients.</summary>
    public PolicyThrottleOptions Throttle { get; set; } = new();

    /// <summary>The application's own limiter, in place of <see cref="Throttle"/>. A field, because no configuration can contain it
    /// and the binder's generator processes every property.</summary>
    internal PartitionedRateLimiter<HttpContext>? ThrottleLimiter;

    /// <summary>The captcha of this policy. A client that solved that of another policy has to solve it as well.</summary>
    public PolicyCaptchaOptions Captcha { get; set; } = new();

    /// <summary>Whether CrowdSec's AppSec inspects the requests. Has no effect without <see cref="AppSecOptions.Url"/>.</summary>
    /// <value>When null: <see cref="AppSecOptions.Enabled"/>.</value>
    public bool? AppSec { get; set; }

    /// <summary>Whether decisions on clients count. When false, they are not looked up, LAPI is not queried, and the
    /// policy's requests pass without a verdict (<see cref="VerdictSource.NotChecked"/>): AppSec alone inspects them, if
    /// <see cref="AppSec"/> is on. <see cref="WhenUnresolved"/> still applies. A request whose path other servers may read
    /// differently is checked under all policies.</summary>
    /// <value>The default is true.</value>
    public bool Decisions { get; set; } = true;

    /// <summary>Returns the same policy without its own value of <see cref="DryRun"/>.</summary>
    internal BouncerPolicyOptions WithoutDryRun()
    {
        var copy = (BouncerPolicyOptions)MemberwiseClone();
        copy.DryRun = null;
        return copy;
    }
}
