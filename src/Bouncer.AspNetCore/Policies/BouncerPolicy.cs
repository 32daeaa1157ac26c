using System.Collections.Frozen;
using Bouncer.AspNetCore.Features;

namespace Bouncer.AspNetCore.Policies;

/// <summary>A policy as requests use it. Immutable.</summary>
internal sealed class BouncerPolicy
{
    internal static readonly BouncerPolicy Bypassing = new() { Bypass = true };

    private readonly FrozenDictionary<Remediation, Remediation> _treat = FrozenDictionary<Remediation, Remediation>.Empty;
    private readonly BouncerFeature[] _passing = [];

    private BouncerPolicy()
    {
    }

    internal BouncerPolicy(string? name, BouncerPolicyOptions policy, BouncerHttpOptions defaults)
    {
        Name = name;
        IsDryRun = policy.DryRun ?? defaults.DryRun;
        WhenUnavailable = new Remediation(policy.WhenUnavailable ?? defaults.WhenUnavailable);
        _treat = policy.Treat
            .GroupBy(pair => new Remediation(pair.Key), pair => new Remediation(pair.Value))
            .ToFrozenDictionary(group => group.Key, group => group.Last());
        _passing = [.. Enum.GetValues<VerdictSource>().Select(source => Describe(new BouncerVerdict(default, null, source), default))];
    }

    /// <summary>The name; null for the default policy.</summary>
    internal string? Name { get; }

    /// <summary>The name for logs and tags.</summary>
    internal string DisplayName => Name ?? "default";

    internal bool Bypass { get; private init; }

    internal bool IsDryRun { get; }

    internal Remediation WhenUnavailable { get; }

    internal Remediation Apply(in BouncerVerdict verdict) =>
        verdict.IsAllowed ? (verdict.Source == VerdictSource.Unavailable ? WhenUnavailable : Remediation.None)
        : _treat.TryGetValue(verdict.Remediation, out var instead) ? instead
        : verdict.Remediation;

    /// <summary>What a request is told. A client that passes without a decision costs no allocation: a trusted one comes
    /// with every request.</summary>
    internal BouncerFeature FeatureOf(in BouncerVerdict verdict, Remediation remediation) =>
        verdict is { IsAllowed: true, Decision: null } && remediation.IsNone && (uint)verdict.Source < _passing.Length
            ? _passing[(int)verdict.Source]
            : Describe(verdict, remediation);

    private BouncerFeature Describe(in BouncerVerdict verdict, Remediation remediation) => new()
    {
        Verdict = verdict,
        Remediation = remediation,
        PolicyName = Name,
        IsDryRun = IsDryRun,
    };
}
