namespace Bouncer.Decisions;

/// <summary>The parts of a decision other than its value, id and end, which many decisions share.</summary>
internal sealed record DecisionKind(string Origin, string Scenario, DecisionScope Scope, string Type, Remediation Remediation);
