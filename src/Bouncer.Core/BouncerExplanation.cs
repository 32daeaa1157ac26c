using Bouncer.Explanations;

namespace Bouncer;

/// <summary>What happens to a client, and why. Immutable; can be serialised. <see cref="ToString"/> explains it to a person.</summary>
/// <remarks>Contains the client's address, decisions on it, and LAPI's URL: it is for operators, not for visitors.</remarks>
public sealed record BouncerExplanation
{
    /// <summary>When the explanation was made.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The client's values: its address, an IPv4 address embedded in it, and values of other scopes. Empty for a client whose
    /// address is not known.</summary>
    public IReadOnlyList<ClientValue> Client { get; init; } = [];

    /// <summary>What happens to the client.</summary>
    public Remediation Remediation { get; init; }

    /// <summary>Where the verdict comes from.</summary>
    public VerdictSource Source { get; init; }

    /// <summary>Whether there may be decisions on the client that are not known (<see cref="BouncerVerdict.IsStale"/>).</summary>
    public bool IsStale { get; init; }

    /// <summary>The paths of the settings that determine <see cref="Remediation"/>, if no decision does.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The trusted network that contains the client's address; null if there is none.</summary>
    public string? TrustedNetwork { get; init; }

    /// <summary>The policy that was applied; null if none was, as by <see cref="IBouncer"/> itself.</summary>
    public string? Policy { get; init; }

    /// <summary>Whether the policy only records what it would do.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The live decisions on the client, strongest first, including those that are not enforced because its network is
    /// trusted.</summary>
    public IReadOnlyList<ExplainedDecision> Decisions { get; init; } = [];

    /// <summary>The URL of the LAPI from which the decisions come.</summary>
    public Uri? Lapi { get; init; }

    /// <summary>The state of the synchronisation: when LAPI last answered, and when the whole list was last pulled.</summary>
    public BouncerStatus Status { get; init; } = new();

    /// <summary>The explanation in sentences, on several lines.</summary>
    public override string ToString() => ExplanationText.Of(this);
}
