using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Looks for types, origins and scenarios that a policy names and no decision has, after the first whole list and after
/// each change of the settings.</summary>
internal sealed class RuleCheck(
    IBouncer bouncer,
    HttpSettingsProvider settings,
    IEnumerable<RemediationRegistration> registrations,
    TimeProvider time,
    ILogger<RuleCheck> logger,
    IDecisionStore? store = null) : BackgroundService
{
    private readonly HashSet<Remediation> _known = [.. registrations.Select(static registered => registered.Remediation), Remediation.None];
    private readonly HashSet<(string Policy, string Part, string Name)> _told = [];

    private void Look(IDecisionStore decisions)
    {
        var names = settings.Current.Options.Policies.SelectMany(policy => Names(policy.Key, policy.Value)).ToArray();
        _told.IntersectWith(names.Select(static one => one.Name));
        foreach (var (policy, part, name) in UnusedNames.Find(decisions, names).Where(_told.Add))
        {
            logger.UnusedRule(policy, part, name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await UnusedNames.WaitForListAsync(bouncer, time, stoppingToken) && store is not null)
        {
            var change = new SemaphoreSlim(1);
            void Tell() => change.Release();
            settings.Changed += Tell;
            try
            {
                while (true)
                {
                    await change.WaitAsync(stoppingToken);
                    Look(store);
                }
            }
            finally
            {
                settings.Changed -= Tell;
            }
        }
    }

    /// <remarks>A type with a handler may be mapped before there is a decision of that type.</remarks>
    private IEnumerable<((string Policy, string Part, string Name) Name, Func<Decision, bool> IsIn)> Names(string policy, BouncerPolicyOptions options) =>
        options.Rules.SelectMany(rule => Names(policy, rule)).Concat(options.Map.Keys
            .Where(type => !_known.Contains(new Remediation(type)))
            .Select(type => ((policy, "treated type", type), (Func<Decision, bool>)new PolicyRule(new BouncerPolicyRule { Type = type }).IsFor)));

    private static IEnumerable<((string Policy, string Part, string Name) Name, Func<Decision, bool> IsIn)> Names(string policy, BouncerPolicyRule rule)
    {
        if (rule.Type is { } type)
        {
            yield return ((policy, "type", type), new PolicyRule(new BouncerPolicyRule { Type = type }).IsFor);
        }

        if (rule.Origin is { } origin)
        {
            yield return ((policy, "origin", origin), new PolicyRule(new BouncerPolicyRule { Origin = origin }).IsFor);
        }

        if (rule.Scenario is { } scenario)
        {
            yield return ((policy, "scenario", scenario), new PolicyRule(new BouncerPolicyRule { Scenario = scenario }).IsFor);
        }
    }
}
