using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>A named policy; section <c>Bouncer:Http:Policies:{name}</c>.</summary>
public sealed class BouncerPolicyOptions
{
    /// <summary>Maps remediations to others, by name: <c>{ "captcha": "ban" }</c>. A remediation that is not named stays as it is;
    /// <c>none</c> as the value lets the client pass.</summary>
    public IDictionary<string, string> Map { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Maps decisions to remediations by type, origin or scenario. The first rule that matches a decision counts, and wins
    /// over <see cref="Map"/>. Of several decisions on a client the strongest outcome counts.</summary>
    public IList<BouncerPolicyRule> Rules { get; set; } = [];

    /// <summary>The strongest remediation that this policy applies: whatever is stronger becomes this one. The 400
    /// for an address that cannot be determined stays: <see cref="WhenUnresolved"/> is for it.</summary>
    /// <value>When null: no limit.</value>
    public string? Maximum { get; set; }

    /// <summary>Whether verdicts are recorded and nothing is refused.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.DryRun"/>.</value>
    public bool? DryRun { get; set; }

    /// <summary>The remediation while more may be decided on a client than is known (<see cref="BouncerVerdict.IsStale"/>);
    /// <c>none</c> leaves it to what is known.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.WhenUnavailable"/>.</value>
    public string? WhenUnavailable { get; set; }

    /// <summary>What is done where a client's address cannot be determined (<see cref="VerdictSource.Unresolved"/>):
    /// <c>refuse</c>, <c>none</c> or a remediation.</summary>
    /// <value>When null: <see cref="BouncerHttpOptions.WhenUnresolved"/>.</value>
    public string? WhenUnresolved { get; set; }

    /// <summary>How often a throttled client may come.</summary>
    public PolicyThrottleOptions Throttle { get; set; } = new();

    /// <summary>The application's own limiter, in place of <see cref="Throttle"/>. A field: no configuration can hold it, and the
    /// generator of the binder looks at every property.</summary>
    internal PartitionedRateLimiter<HttpContext>? ThrottleLimiter;

    /// <summary>The captcha of this policy. A client that solved an other one is asked again.</summary>
    public PolicyCaptchaOptions Captcha { get; set; } = new();

    /// <summary>Whether CrowdSec's AppSec inspects the requests. Has no effect without <see cref="AppSecOptions.Url"/>.</summary>
    /// <value>When null: <see cref="AppSecOptions.Enabled"/>.</value>
    public bool? AppSec { get; set; }

    /// <summary>The same policy without its own word on dry runs.</summary>
    internal BouncerPolicyOptions WithoutDryRun()
    {
        var copy = (BouncerPolicyOptions)MemberwiseClone();
        copy.DryRun = null;
        return copy;
    }
}
