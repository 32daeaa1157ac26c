using System.Collections.Frozen;

namespace Bouncer.AspNetCore.Policies;

/// <summary>A policy as requests use it. Immutable.</summary>
internal sealed class BouncerPolicy
{
    internal static readonly BouncerPolicy Bypassing = new() { Bypass = true };

    private FrozenDictionary<Remediation, Remediation> _treat = FrozenDictionary<Remediation, Remediation>.Empty;

    private BouncerPolicy()
    {
    }

    /// <summary>The name; null for the default policy.</summary>
    internal string? Name { get; private init; }

    /// <summary>The name for logs and tags.</summary>
    internal string DisplayName => Name ?? "default";

    internal bool Bypass { get; private init; }

    internal bool IsDryRun { get; private init; }

    internal Remediation WhenUnavailable { get; private init; }

    /// <summary>Every remediation this policy may lead to by its own words.</summary>
    internal IEnumerable<Remediation> Targets => _treat.Values.Append(WhenUnavailable);

    internal static BouncerPolicy Create(string? name, BouncerPolicyOptions policy, BouncerHttpOptions defaults) => new()
    {
        Name = name,
        IsDryRun = policy.DryRun ?? defaults.DryRun,
        WhenUnavailable = new Remediation(policy.WhenUnavailable ?? defaults.WhenUnavailable),
        _treat = policy.Treat
            .GroupBy(pair => new Remediation(pair.Key), pair => new Remediation(pair.Value))
            .ToFrozenDictionary(group => group.Key, group => group.Last()),
    };

    internal Remediation Apply(in BouncerVerdict verdict) =>
        verdict.Source == VerdictSource.Unavailable && verdict.IsAllowed ? WhenUnavailable
        : _treat.TryGetValue(verdict.Remediation, out var instead) ? instead
        : verdict.Remediation;
}
