using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Looks after the first whole list, and after each change of the settings, for types, origins and scenarios that a
/// policy names and no decision has.</summary>
/// <remarks>What it needs reads settings, so it is made late: a host makes its hosted services before it validates options.</remarks>
internal sealed class RuleCheck(IServiceProvider services, TimeProvider time) : BackgroundService
{
    private readonly HashSet<(string Policy, string Part, string Name)> _told = [];

    private void Look(
        IEnumerable<KeyValuePair<string, BouncerPolicyOptions>> policies, HashSet<Remediation> known, IDecisionStore store, ILogger logger)
    {
        var names = policies.SelectMany(policy => Names(policy.Key, policy.Value, known)).ToArray();
        _told.IntersectWith(names.Select(static one => one.Name));
        foreach (var (policy, part, name) in UnusedNames.Find(store, names).Where(_told.Add))
        {
            logger.UnusedRule(policy, part, name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await UnusedNames.WaitForListAsync(services.GetRequiredService<IBouncer>(), time, stoppingToken)
            && services.GetService<IDecisionStore>() is { } store)
        {
            var (settings, logger) = (services.GetRequiredService<HttpSettingsProvider>(), services.GetRequiredService<ILogger<RuleCheck>>());
            var known = services.GetServices<RemediationRegistration>().Select(static registered => registered.Remediation).Append(Remediation.None).ToHashSet();
            var change = new SemaphoreSlim(1);
            void Tell() => change.Release();
            settings.Changed += Tell;
            try
            {
                while (true)
                {
                    await change.WaitAsync(stoppingToken);
                    Look(settings.Current.Options.Policies, known, store, logger);
                }
            }
            finally
            {
                settings.Changed -= Tell;
            }
        }
    }

    /// <remarks>What is carried out may be treated before there is a decision of the kind.</remarks>
    private static IEnumerable<((string Policy, string Part, string Name) Name, Func<Decision, bool> IsIn)> Names(
        string policy, BouncerPolicyOptions settings, HashSet<Remediation> known) =>
        settings.Rules.SelectMany(rule => Names(policy, rule)).Concat(settings.Treat.Keys
            .Where(type => !known.Contains(new Remediation(type)))
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
