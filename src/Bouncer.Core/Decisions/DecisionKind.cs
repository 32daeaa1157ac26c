namespace Bouncer.Decisions;

/// <summary>What a decision says apart from whom it concerns and until when: a million decisions share a few of these.</summary>
internal sealed record DecisionKind(string Origin, string Scenario, DecisionScope Scope, string Type, Remediation Remediation);
