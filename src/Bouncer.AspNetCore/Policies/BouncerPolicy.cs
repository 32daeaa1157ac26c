using System.Collections.Frozen;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Policies;

/// <summary>A policy as requests use it. Immutable.</summary>
internal sealed class BouncerPolicy
{
    internal static readonly BouncerPolicy Bypassing = new() { Bypass = true };

    private readonly FrozenDictionary<Remediation, Remediation> _map = FrozenDictionary<Remediation, Remediation>.Empty;
    private readonly PolicyRule[] _rules = [];
    private readonly Remediation? _maximum;
    private readonly BouncerFeature[] _passing = [];
    private readonly BouncerPolicyOptions _options = new();

    private BouncerPolicy()
    {
    }

    internal BouncerPolicy(string? name, BouncerPolicyOptions policy, BouncerHttpOptions defaults)
    {
        Name = name;
        _options = policy;
        IsDryRun = policy.DryRun ?? defaults.DryRun;
        WhenUnavailable = new Remediation(policy.WhenUnavailable ?? defaults.WhenUnavailable);
        WhenUnresolved = (policy.WhenUnresolved ?? defaults.WhenUnresolved) is { } unresolved ? new Remediation(unresolved) : null;
        _map = policy.Map
            .GroupBy(pair => new Remediation(pair.Key), pair => new Remediation(pair.Value))
            .ToFrozenDictionary(group => group.Key, group => group.Last());
        _rules = [.. policy.Rules.Select(rule => new PolicyRule(rule))];
        _maximum = policy.Maximum is { } maximum ? new Remediation(maximum) : null;
        _passing = [.. Enum.GetValues<VerdictSource>().Select(source => Describe(new BouncerVerdict(default, null, source), default))];
    }

    /// <summary>This policy where it is no longer defined. That it was a dry run is not kept: its endpoints would go unprotected.</summary>
    internal BouncerPolicy Kept(BouncerHttpOptions defaults) => new(Name, _options.WithoutDryRun(), defaults);

    /// <summary>The name; null for the default policy.</summary>
    internal string? Name { get; }

    /// <summary>The name for logs and tags.</summary>
    internal string DisplayName => Name ?? "default";

    internal bool Bypass { get; private init; }

    internal bool IsDryRun { get; }

    /// <summary>Whether both stand for the same settings; the default policy can be named, too.</summary>
    internal bool IsSameAs(BouncerPolicy other) =>
        Bypass == other.Bypass && DisplayName.Equals(other.DisplayName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether anything can be refused: it is no dry run and has no maximum that lifts everything.</summary>
    internal bool IsEnforcing => !IsDryRun && _maximum is not { IsNone: true };

    internal Remediation WhenUnavailable { get; }

    /// <summary>What is done where the address cannot be determined; null if it depends on why.</summary>
    internal Remediation? WhenUnresolved { get; }

    /// <summary>Whether decisions may change their order under this policy, so that the strongest one is not known before
    /// each was looked at.</summary>
    internal bool Reorders => _map.Count + _rules.Length > 0;

    /// <param name="verdict">The verdict.</param>
    /// <param name="isUnresolved">Whether a proxy should have named the client, if it has no address.</param>
    /// <param name="bouncer">Knows how strong remediations are.</param>
    internal Remediation Apply(in BouncerVerdict verdict, bool isUnresolved, IBouncer bouncer)
    {
        var remediation = Translate(verdict, isUnresolved);
        return _maximum is { } maximum && !IsBadRequest(verdict, remediation) && Strength.Of(remediation, bouncer) > Strength.Of(maximum, bouncer) ? maximum : remediation;
    }

    /// <summary>Whether the request is wrong in itself, which is no remediation that a maximum is for.</summary>
    private static bool IsBadRequest(in BouncerVerdict verdict, Remediation remediation) =>
        verdict.Source == VerdictSource.Unresolved && remediation == UnresolvedRemediation.Refuse;

    private Remediation Translate(in BouncerVerdict verdict, bool isUnresolved)
    {
        if (verdict.IsAllowed)
        {
            return verdict.Source switch
            {
                VerdictSource.Unavailable => WhenUnavailable,
                VerdictSource.Unresolved => WhenUnresolved ?? (isUnresolved ? UnresolvedRemediation.Refuse : Remediation.None),
                _ => Remediation.None,
            };
        }

        foreach (var rule in _rules)
        {
            if (verdict.Decision is { } decision && rule.IsFor(decision))
            {
                return rule.Remediation;
            }
        }

        return _map.TryGetValue(verdict.Remediation, out var instead) ? instead : verdict.Remediation;
    }

    /// <summary>What a request is told. A client that passes without a decision costs no allocation: a trusted one comes
    /// with every request.</summary>
    internal BouncerFeature FeatureOf(in BouncerVerdict verdict, Remediation remediation) =>
        remediation.IsNone && (uint)verdict.Source < _passing.Length && verdict == _passing[(int)verdict.Source].Verdict
            ? _passing[(int)verdict.Source]
            : Describe(verdict, remediation);

    /// <summary>What a request is told whose client passes without a decision.</summary>
    internal BouncerFeature FeatureOf(VerdictSource source) => _passing[(int)source];

    private BouncerFeature Describe(in BouncerVerdict verdict, Remediation remediation) => new()
    {
        Verdict = verdict,
        Remediation = remediation,
        PolicyName = Name,
        IsDryRun = IsDryRun,
    };
}
