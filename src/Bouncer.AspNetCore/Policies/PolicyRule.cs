namespace Bouncer.AspNetCore.Policies;

/// <summary>A rule of a policy in the form that requests use. Immutable.</summary>
internal sealed class PolicyRule(BouncerPolicyRule rule)
{
    private readonly Remediation? _type = rule.Type is { } type ? new Remediation(type) : null;
    private readonly string? _origin = rule.Origin;
    private readonly string? _scenario = rule.Scenario;

    internal Remediation Remediation { get; } = new(rule.Remediation);

    internal bool IsFor(Decision decision) =>
        (_type is not { } type || type == decision.Remediation)
        && (_origin is null || Matches(_origin, decision.Origin) || Matches(_origin + ":*", decision.Origin))
        && (_scenario is null || Matches(_scenario, decision.Scenario));

    private static bool Matches(string pattern, string text) =>
        pattern.EndsWith('*')
            ? text.AsSpan().StartsWith(pattern.AsSpan(..^1), StringComparison.OrdinalIgnoreCase)
            : text.Equals(pattern, StringComparison.OrdinalIgnoreCase);
}
