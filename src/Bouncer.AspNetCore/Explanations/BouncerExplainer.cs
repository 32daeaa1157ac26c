using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Explanations;

/// <summary>Applies a policy to what the engine explains.</summary>
internal sealed class BouncerExplainer(IBouncer bouncer, HttpSettingsProvider provider, IEnumerable<IClientScope> scopes) : IBouncerExplainer
{
    public BouncerExplanation Explain(IPAddress? address, ClaimsPrincipal? user = null, string? policy = null)
    {
        var settings = provider.Current;
        var applied = Find(policy, settings.Policies);
        var paths = new SettingErrors(settings.Options, "Http");
        var own = Without(bouncer.Explain(address), applied);
        var others = ValuesOf(own, address, user).Select(value => bouncer.Explain(value.Scope, value.Value)).ToArray();

        var (remediation, causes) = WithoutDecision(own, applied, paths);
        var decisions = own.Decisions.Select(decision => own.TrustedNetwork is null ? Apply(decision, own.Source, applied, paths) : decision)
            .Concat(others.SelectMany(other => other.Decisions.Select(decision => Apply(decision, other.Source, applied, paths))))
            .OrderByDescending(decision => Strength.Of(decision.Remediation, bouncer))
            .ToArray();
        if (decisions is [var strongest, ..] && Decides(strongest, own, remediation))
        {
            (remediation, causes) = (strongest.Remediation, []);
            decisions[0] = strongest with { IsDecisive = true };
        }

        return own with
        {
            Client = [.. own.Client, .. others.SelectMany(static other => other.Client)],
            Remediation = remediation,
            Settings = causes,
            Policy = applied.DisplayName,
            IsDryRun = applied.IsDryRun,
            Decisions = decisions,
        };
    }

    /// <summary>Under a policy without decisions, nothing counts that the engine knows about them.</summary>
    private static BouncerExplanation Without(BouncerExplanation own, BouncerPolicy policy) =>
        policy.UsesDecisions || own.Source is VerdictSource.Trusted or VerdictSource.Unresolved
            ? own
            : own with { Source = VerdictSource.NotChecked, Remediation = default, IsStale = false, Settings = [] };

    /// <summary>Whether a decision determines what happens: it is at least as strong as what happens without it. A decision that is
    /// not enforced, because the address is trusted, does not.</summary>
    private bool Decides(ExplainedDecision strongest, BouncerExplanation own, Remediation without) =>
        own.Source != VerdictSource.NotChecked
        && (own.TrustedNetwork is null || !strongest.Remediation.IsNone)
        && Strength.Of(strongest.Remediation, bouncer) >= Strength.Of(without, bouncer);

    private static BouncerPolicy Find(string? name, EndpointPolicies policies) =>
        name is null ? policies.Default
        : policies.TryGet(name, out var policy) ? policy
        : name.Equals(BouncerHttpOptions.DefaultPolicyName, StringComparison.OrdinalIgnoreCase) ? policies.Default
        : throw new ArgumentException($"There is no policy '{name}'. The policies are {string.Join(", ", policies.All.Select(static known => known.DisplayName))}.", nameof(name));

    private IEnumerable<ClientValue> ValuesOf(BouncerExplanation own, IPAddress? address, ClaimsPrincipal? user) =>
        from scope in scopes
        where own.TrustedNetwork is null || !scope.IsOfAddress
        from value in scope.Find(address, user)
        select new ClientValue(scope.Scope, value);

    /// <summary>What happens to the client regardless of decisions, and the settings because of which it does.</summary>
    private (Remediation, IReadOnlyList<string>) WithoutDecision(BouncerExplanation own, BouncerPolicy policy, SettingErrors paths)
    {
        var source = own.IsStale ? VerdictSource.Unavailable : own.Source;
        var remediation = own.Source == VerdictSource.NotReady ? own.Remediation : default;
        var outcome = policy.Apply(new BouncerVerdict(remediation, null, source), false, bouncer, out var change);
        return (outcome, [.. own.Settings, .. policy.Causes(source).Concat(policy.Causes(remediation, change)).Select(paths.PathOf)]);
    }

    private ExplainedDecision Apply(ExplainedDecision decision, VerdictSource source, BouncerPolicy policy, SettingErrors paths)
    {
        var remediation = policy.Apply(new BouncerVerdict(decision.Remediation, decision.Decision, source), false, bouncer, out var change);
        return decision with
        {
            Remediation = remediation,
            Settings = [.. decision.Settings, .. policy.Causes(decision.Remediation, change).Select(paths.PathOf)],
            IsDecisive = false,
        };
    }
}
