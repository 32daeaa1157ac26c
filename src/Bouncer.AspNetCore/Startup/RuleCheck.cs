using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Looks after the first whole list for types, origins and scenarios that a policy's rules name and no decision
/// has.</summary>
/// <remarks>What it needs reads settings, so it is made late: a host makes its hosted services before it validates options.</remarks>
internal sealed class RuleCheck(IServiceProvider services, TimeProvider time) : BackgroundService
{
    internal static void Look(IEnumerable<KeyValuePair<string, BouncerPolicyOptions>> policies, IDecisionStore store, ILogger logger)
    {
        var names = policies.SelectMany(policy => policy.Value.Rules.SelectMany(rule => Names(policy.Key, rule)));
        foreach (var (policy, part, name) in UnusedNames.Find(store, names).Distinct())
        {
            logger.UnusedRule(policy, part, name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await UnusedNames.WaitForListAsync(services.GetRequiredService<IBouncer>(), time, stoppingToken)
            && services.GetService<IDecisionStore>() is { } store)
        {
            Look(services.GetRequiredService<HttpSettingsSource>().Current.Hooks.Policies, store, services.GetRequiredService<ILogger<RuleCheck>>());
        }
    }

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
