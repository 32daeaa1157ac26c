using System.Net;
using System.Text.Json.Serialization;
using Bouncer.Decisions;
using Bouncer.Net;

namespace Bouncer;

/// <summary>One decision of CrowdSec's: until when what is to happen to whom, and why. Immutable.</summary>
public sealed class Decision
{
    /// <summary>LAPI's number of the decision; 0 when it gave none.</summary>
    public long Id { get; init; }

    /// <summary>Who decided: <c>crowdsec</c>, <c>cscli</c>, <c>CAPI</c>, <c>lists</c>…</summary>
    public string Origin { get; init; } = "";

    /// <summary>Why: the scenario that was matched, or the list's name.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>What <see cref="Value"/> names.</summary>
    public DecisionScope Scope { get; init; }

    /// <summary>The value as LAPI gave it: an address, a range, a country, a name.</summary>
    public required string Value
    {
        // A text that follows from the network is made when it is asked for: most readers of a whole list never do.
        get => field ?? PrefixText.Of(Prefix!.Value, Scope);
        init;
    }

    /// <summary>The addresses concerned, host bits cleared and IPv4-mapped IPv6 unmapped; null unless
    /// <see cref="DecisionScope.IsAddress"/>.</summary>
    [JsonConverter(typeof(NetworkJsonConverter))]
    public IPNetwork? Network
    {
        get => Prefix?.ToIPNetwork();
        init => Prefix = value is { } network ? IpPrefix.From(network) : null;
    }

    /// <summary>What is to happen, as LAPI said; a name nobody defined is treated as
    /// <see cref="BouncerOptions.FallbackRemediation"/>.</summary>
    public required Remediation Remediation { get; init; }

    /// <summary>The type as LAPI spelt it; what <see cref="Remediation"/> was made of.</summary>
    public string Type
    {
        get => field ?? Remediation.Name;
        init;
    }

    /// <summary>When it ends, by the wall clock. For people to read: setting that clock moves this value and not
    /// <see cref="Deadline"/>, by which the decision ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it ends, as a timestamp of the bouncer's <see cref="TimeProvider"/>: compare it with
    /// <see cref="TimeProvider.GetTimestamp"/>.</summary>
    [JsonIgnore]
    public long Deadline { get; init; }

    /// <summary><see cref="Network"/> in the form that the address table uses.</summary>
    internal IpPrefix? Prefix { get; init; }
}
