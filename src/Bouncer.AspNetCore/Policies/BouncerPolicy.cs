using System.Collections.Frozen;
using System.Globalization;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Policies;

/// <summary>A policy in the form that requests use. Immutable.</summary>
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
        UsesDecisions = policy.Decisions;
        IsInspected = defaults.AppSec.Url is not null && (policy.AppSec ?? defaults.AppSec.Enabled);
        WhenUnavailable = new Remediation(policy.WhenUnavailable ?? defaults.WhenUnavailable);
        WhenUnresolved = (policy.WhenUnresolved ?? defaults.WhenUnresolved) is { } unresolved ? new Remediation(unresolved) : null;
        _map = policy.Map
            .GroupBy(pair => new Remediation(pair.Key), pair => new Remediation(pair.Value))
            .ToFrozenDictionary(group => group.Key, group => group.Last());
        _rules = [.. policy.Rules.Select(rule => new PolicyRule(rule))];
        _maximum = policy.Maximum is { } maximum ? new Remediation(maximum) : null;
        _passing = [.. Enum.GetValues<VerdictSource>().Select(source => Describe(new BouncerVerdict(default, null, source), default))];
    }

    /// <summary>This policy after its definition was removed. It is no longer a dry run, or its endpoints would go
    /// unprotected.</summary>
    internal BouncerPolicy Kept(BouncerHttpOptions defaults) => new(Name, _options.WithoutDryRun(), defaults);

    /// <summary>The name; null for the default policy.</summary>
    internal string? Name { get; }

    /// <summary>The name for logs and tags.</summary>
    internal string DisplayName => Name ?? "default";

    internal bool Bypass { get; private init; }

    internal bool IsDryRun { get; }

    /// <summary>Whether decisions on clients count.</summary>
    internal bool UsesDecisions { get; } = true;

    /// <summary>Whether AppSec inspects its requests.</summary>
    internal bool IsInspected { get; }

    /// <summary>Whether both have the same settings; a name can also refer to the default policy.</summary>
    internal bool IsSameAs(BouncerPolicy other) =>
        Bypass == other.Bypass && DisplayName.Equals(other.DisplayName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it can refuse anything: it is not a dry run, its maximum is not none, and it uses decisions or AppSec.</summary>
    internal bool IsEnforcing => !IsDryRun && _maximum is not { IsNone: true } && (UsesDecisions || IsInspected);

    internal Remediation WhenUnavailable { get; }

    /// <summary>The remediation if the address cannot be determined; null if it depends on the cause.</summary>
    internal Remediation? WhenUnresolved { get; }

    /// <summary>Whether this policy can change the order of decisions, so that the strongest one is only known once all were
    /// evaluated.</summary>
    internal bool Reorders => _map.Count + _rules.Length > 0;

    /// <inheritdoc cref="Apply(in BouncerVerdict, bool, IBouncer, out PolicyChange)"/>
    internal Remediation Apply(in BouncerVerdict verdict, bool isUnresolved, IBouncer bouncer) => Apply(verdict, isUnresolved, bouncer, out _);

    /// <summary>Returns what happens to a client under this policy.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="isUnresolved">Whether a proxy should have named the client, if it has no address.</param>
    /// <param name="bouncer">Ranks remediations by strength.</param>
    /// <param name="change">Receives what the policy did.</param>
    internal Remediation Apply(in BouncerVerdict verdict, bool isUnresolved, IBouncer bouncer, out PolicyChange change)
    {
        if (!UsesDecisions && verdict.Source is not (VerdictSource.Unresolved or VerdictSource.Trusted or VerdictSource.AppSec))
        {
            change = new PolicyChange { IsLeftOut = true };
            return Remediation.None;
        }

        var remediation = verdict.IsAllowed ? Missing(verdict.Source, isUnresolved, out change) : Replace(verdict, out change);
        // An invalid request is refused as such, regardless of the maximum.
        if (_maximum is not { } maximum || Strength.Of(remediation, bouncer) <= Strength.Of(maximum, bouncer)
            || (verdict.Source == VerdictSource.Unresolved && remediation == UnresolvedRemediation.Refuse))
        {
            return remediation;
        }

        change = change with { IsLimited = true };
        return maximum;
    }

    /// <summary>The keys in section <c>Http</c> that changed a remediation, in the order in which they apply.</summary>
    internal IEnumerable<string> Causes(Remediation before, PolicyChange change)
    {
        if (change.Rule is { } rule)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Policies:{DisplayName}:Rules:{rule}");
        }

        if (change.IsMapped)
        {
            yield return $"Policies:{DisplayName}:Map:{_options.Map.Keys.Last(key => new Remediation(key) == before)}";
        }

        if (change.IsLeftOut)
        {
            yield return $"Policies:{DisplayName}:Decisions";
        }

        if (change.IsLimited)
        {
            yield return $"Policies:{DisplayName}:Maximum";
        }
    }

    /// <summary>The key in section <c>Http</c> that says what happens without a verdict; empty if there is a verdict.</summary>
    internal IEnumerable<string> Causes(VerdictSource source) => source switch
    {
        VerdictSource.Unavailable => [_options.WhenUnavailable is null ? "WhenUnavailable" : $"Policies:{DisplayName}:WhenUnavailable"],
        VerdictSource.Unresolved when WhenUnresolved is not null => [_options.WhenUnresolved is null ? "WhenUnresolved" : $"Policies:{DisplayName}:WhenUnresolved"],
        _ => [],
    };

    private Remediation Missing(VerdictSource source, bool isUnresolved, out PolicyChange change)
    {
        change = default;
        return source switch
        {
            VerdictSource.Unavailable => WhenUnavailable,
            VerdictSource.Unresolved => WhenUnresolved ?? (isUnresolved ? UnresolvedRemediation.Refuse : Remediation.None),
            _ => Remediation.None,
        };
    }

    private Remediation Replace(in BouncerVerdict verdict, out PolicyChange change)
    {
        for (var i = 0; verdict.Decision is { } decision && i < _rules.Length; i++)
        {
            if (_rules[i].IsFor(decision))
            {
                change = new PolicyChange(i, false, false);
                return _rules[i].Remediation;
            }
        }

        var isMapped = _map.TryGetValue(verdict.Remediation, out var mapped);
        change = new PolicyChange(null, isMapped, false);
        return isMapped ? mapped : verdict.Remediation;
    }

    /// <summary>The feature of a request. Costs no allocation for a client that passes without a decision, as trusted ones do
    /// with every request.</summary>
    internal BouncerFeature FeatureOf(in BouncerVerdict verdict, Remediation remediation) =>
        remediation.IsNone && (uint)verdict.Source < _passing.Length && verdict == _passing[(int)verdict.Source].Verdict
            ? _passing[(int)verdict.Source]
            : Describe(verdict, remediation);

    /// <summary>The feature of a request whose client passes without a decision.</summary>
    internal BouncerFeature FeatureOf(VerdictSource source) => _passing[(int)source];

    private BouncerFeature Describe(in BouncerVerdict verdict, Remediation remediation) => new()
    {
        Verdict = verdict,
        Remediation = remediation,
        PolicyName = Name,
        IsDryRun = IsDryRun,
    };
}
