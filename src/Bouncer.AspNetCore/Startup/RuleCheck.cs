using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Looks after the first whole list, and after each change of the settings, for types, origins and scenarios that a
/// policy's rules name and no decision has.</summary>
/// <remarks>What it needs reads settings, so it is made late: a host makes its hosted services before it validates options.</remarks>
internal sealed class RuleCheck(IServiceProvider services, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly HashSet<(string Policy, string Part, string Name)> _told = [];

    private void Look(IEnumerable<KeyValuePair<string, BouncerPolicyOptions>> policies, IDecisionStore store, ILogger logger)
    {
        List<(string Policy, string Part, string Name, PolicyRule Rule)> open = [.. policies.SelectMany(policy => policy.Value.Rules.SelectMany(rule => Parts(policy.Key, rule)))];
        _told.IntersectWith(open.Select(part => (part.Policy, part.Part, part.Name)));
        using var decisions = store.Enumerate().GetEnumerator();
        var any = false;
        while (open.Count > 0 && decisions.MoveNext())
        {
            any = true;
            var decision = decisions.Current;
            open.RemoveAll(part => part.Rule.IsFor(decision));
        }

        foreach (var (policy, part, name, _) in any ? open.Where(one => _told.Add((one.Policy, one.Part, one.Name))) : [])
        {
            logger.UnusedRule(policy, part, name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var bouncer = services.GetRequiredService<IBouncer>();
        while (bouncer.Status is { Mode: BouncerMode.Stream, LastFullSync: null })
        {
            await Task.Delay(Pause, time, stoppingToken);
        }

        if (bouncer.Status.Mode == BouncerMode.Stream && services.GetService<IDecisionStore>() is { } store)
        {
            var (settings, logger) = (services.GetRequiredService<HttpSettingsSource>(), services.GetRequiredService<ILogger<RuleCheck>>());
            while (true)
            {
                var changed = settings.Changed;
                Look(settings.Current.Hooks.Policies, store, logger);
                await changed.WaitAsync(stoppingToken);
            }
        }
    }

    private static IEnumerable<(string Policy, string Part, string Name, PolicyRule Rule)> Parts(string policy, BouncerPolicyRule rule)
    {
        if (rule.Type is { } type)
        {
            yield return (policy, "type", type, new PolicyRule(new BouncerPolicyRule { Type = type }));
        }

        if (rule.Origin is { } origin)
        {
            yield return (policy, "origin", origin, new PolicyRule(new BouncerPolicyRule { Origin = origin }));
        }

        if (rule.Scenario is { } scenario)
        {
            yield return (policy, "scenario", scenario, new PolicyRule(new BouncerPolicyRule { Scenario = scenario }));
        }
    }
}
