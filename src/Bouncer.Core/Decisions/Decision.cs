using System.Net;
using System.Text.Json.Serialization;
using Bouncer.Decisions;
using Bouncer.Net;

namespace Bouncer;

/// <summary>A CrowdSec decision: what to do with whom, until when, and why. Immutable.</summary>
public sealed class Decision
{
    /// <summary>The id that LAPI gave the decision; 0 if none.</summary>
    public long Id { get; init; }

    /// <summary>The origin of the decision: <c>crowdsec</c>, <c>cscli</c>, <c>CAPI</c>, <c>lists</c>…</summary>
    public string Origin { get; init; } = "";

    /// <summary>The scenario that matched, or the name of the list.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>The kind of <see cref="Value"/>.</summary>
    public DecisionScope Scope { get; init; }

    /// <summary>The value as LAPI sent it: an address, a range, a country, a name.</summary>
    public required string Value
    {
        // A text that can be derived from the network is created on demand, because most readers of a whole list do not need it.
        get => field ?? PrefixText.Of(Prefix!.Value, Scope);
        init;
    }

    /// <summary>The network that the decision covers, with host bits cleared and IPv4-mapped IPv6 as IPv4; null unless
    /// <see cref="DecisionScope.IsAddress"/>.</summary>
    [JsonConverter(typeof(BouncerJsonConverter))]
    public IPNetwork? Network
    {
        get => Prefix?.ToIPNetwork();
        init => Prefix = value is { } network ? IpPrefix.From(network) : null;
    }

    /// <summary>What to do, as LAPI sent it; an undefined name is treated as
    /// <see cref="BouncerOptions.FallbackRemediation"/>.</summary>
    public required Remediation Remediation { get; init; }

    /// <summary>The type as LAPI sent it, from which <see cref="Remediation"/> is created.</summary>
    public string Type
    {
        get => field ?? Remediation.Name;
        init;
    }

    /// <summary>When the decision ends, by the wall clock. For display: setting that clock changes this value but not
    /// <see cref="Deadline"/>, at which the decision ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the decision ends, as a timestamp of the bouncer's <see cref="TimeProvider"/>: compare it with
    /// <see cref="TimeProvider.GetTimestamp"/>.</summary>
    [JsonIgnore]
    public long Deadline { get; init; }

    /// <summary><see cref="Network"/> in the form that the address table uses.</summary>
    internal IpPrefix? Prefix { get; init; }
}
