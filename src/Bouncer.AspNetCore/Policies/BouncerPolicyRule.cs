using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>Maps some decisions to a remediation under a policy; section <c>Bouncer:Http:Policies:{name}:Rules:{n}</c>. All conditions
/// that are set must match, and at least one must be set.</summary>
public sealed class BouncerPolicyRule
{
    /// <summary>The decision's type, in any spelling of a remediation.</summary>
    /// <value>When null: any.</value>
    [NotEmpty]
    public string? Type { get; set; }

    /// <summary>The decision's origin: <c>CAPI</c> is the community list, <c>lists</c> are all subscribed lists. Case-insensitive;
    /// a <c>*</c> at the end matches any suffix.</summary>
    /// <value>When null: any.</value>
    [NotEmpty]
    public string? Origin { get; set; }

    /// <summary>The decision's scenario, or the name of the list. Case-insensitive; a <c>*</c> at the end matches any
    /// suffix.</summary>
    /// <value>When null: any.</value>
    [NotEmpty]
    public string? Scenario { get; set; }

    /// <summary>The remediation for such decisions; <c>none</c> ignores them.</summary>
    public string Remediation { get; set; } = "";
}
