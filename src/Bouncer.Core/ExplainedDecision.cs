namespace Bouncer;

/// <summary>A decision in a <see cref="BouncerExplanation"/>, and what it means for the client. Immutable; can be serialised.</summary>
public sealed record ExplainedDecision
{
    /// <summary>The decision.</summary>
    public required Decision Decision { get; init; }

    /// <summary>The remediation that the decision would give by itself; none if it is not enforced.</summary>
    public Remediation Remediation { get; init; }

    /// <summary>The paths of the settings because of which <see cref="Remediation"/> differs from that of the decision, in the order in
    /// which they apply.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether the client's remediation comes from this decision. The others are weaker, or as strong.</summary>
    public bool IsDecisive { get; init; }
}
