using System.Diagnostics;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Firewall;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Windows;

namespace Bouncer.Benchmarks.Firewall;

/// <summary>Verb <c>firewall-plan</c>: what it costs to work out which of Windows' rules are to be changed. No firewall is touched.</summary>
internal static class WindowsPlanBenchmarks
{
    private const int WarmUpRounds = 20;

    internal static Verb Verb { get; } = new(
        "firewall-plan",
        """
        firewall-plan [--networks N] [--changes C] [--rounds R] [--seed X]
          Plans rules of Windows Firewall for N networks (default 100000; nine in ten IPv4 hosts, the rest IPv6 hosts and ranges),
          R times (default 50), without a firewall. Prints one line of JSON:
            first_ms                       the very first plan, before anything is compiled
            plan_ms, p99_plan_ms           of a plan where the firewall holds nothing
            adopt_ms, p99_adopt_ms         of a plan where it holds everything: all rules are read back and found right
            change_ms, p99_change_ms       of a plan of C changes (default 1000), half of them new, half of them gone
            text_ms                        the median time to write the texts of a plan of changes
            rules, changed_rules           how many there are, and how many the last changes touch
        """,
        ["networks", "changes", "rounds", "seed"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var count = arguments.Number("networks", 1_000, 1_000_000, 100_000);
        var changes = arguments.Number("changes", 2, 100_000, 1_000);
        var rounds = arguments.Number("rounds", 1, 10_000, 50);
        var random = new Random(arguments.Number("seed", 0, int.MaxValue, 1));

        var blocks = new BlockList();
        while (blocks.Blocks.Count < count)
        {
            Block(blocks, Draw(random));
        }

        var planner = new WindowsPlanner(new FirewallOptions(), TimeProvider.System);
        List<double> plans = [], adoptions = [], deltas = [], texts = [];
        for (var i = -WarmUpRounds; i < rounds; i++)
        {
            plans.Add(Time(() => planner.PlanAll(blocks, [])));
        }

        StoredRule[] stored = [.. Execute(planner, planner.PlanAll(blocks, [])).Select(create => new StoredRule(
            create.Text, Difference: null, IsEnabled: true, AddressText.Write(create.Ranges, create.Name.IsIPv4)))];
        for (var i = -WarmUpRounds; i < rounds; i++)
        {
            adoptions.Add(Time(() => planner.PlanAll(blocks, stored)));
        }

        var changed = 0;
        for (var i = -WarmUpRounds; i < rounds; i++)
        {
            var networks = Change(blocks, random, changes);
            WindowsFirewallPlan plan = null!;
            deltas.Add(Time(() => plan = planner.PlanChanges(blocks, networks)));
            texts.Add(Time(() => plan.Steps.OfType<RuleStep.Write>().Sum(write => AddressText.Write(write.Ranges, write.Name.IsIPv4).Length)));
            Execute(planner, plan);
            changed = plan.Steps.Count;
        }

        FiguresJson.Print(
            new FirewallPlanFigures(
                count,
                changes,
                rounds,
                Samples.Round(plans[0]),
                Median(plans),
                P99(plans),
                Median(adoptions),
                P99(adoptions),
                Median(deltas),
                P99(deltas),
                Median(texts),
                planner.Rules.All.Count(),
                changed),
            FiguresJson.Default.FirewallPlanFigures);
        return Task.CompletedTask;
    }

    private static double Median(List<double> times) => Samples.Round(Samples.Median(times.Skip(WarmUpRounds)));

    private static double P99(List<double> times) => Samples.Round(Samples.Quantile(times.Skip(WarmUpRounds), 0.99));

    private static double Time<T>(Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        GC.KeepAlive(work());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Does to the planner what carrying out a plan would.</summary>
    private static List<RuleStep.Create> Execute(WindowsPlanner planner, WindowsFirewallPlan plan)
    {
        foreach (var step in plan.Steps)
        {
            switch (step)
            {
                case RuleStep.Create create:
                    planner.Rules.Set(new(create.Name, create.Ranges, IsEnabled: true));
                    break;
                case RuleStep.Write write:
                    planner.Rules.Set(new(write.Name, write.Ranges, IsEnabled: true));
                    break;
                default:
                    planner.Rules.Remove(step.Place!.Value);
                    break;
            }
        }

        planner.Finished();
        return [.. plan.Steps.OfType<RuleStep.Create>()];
    }

    private static List<Prefix> Change(BlockList blocks, Random random, int count)
    {
        List<Prefix> changed = [.. blocks.Blocks.Keys.Skip(random.Next(blocks.Blocks.Count - count)).Take(count / 2)];
        changed.ForEach(blocks.Remove);
        while (changed.Count < count)
        {
            var network = Draw(random);
            Block(blocks, network);
            changed.Add(network);
        }

        return changed;
    }

    private static void Block(BlockList blocks, Prefix network) => blocks.Set(network, new Block(TimeSpan.MaxValue, "crowdsec"));

    private static Prefix Draw(Random random)
    {
        var bits = new UInt128(0x20010db8_00000000UL | (uint)random.NextInt64(1L << 32), (ulong)random.NextInt64());
        return random.Next(20) switch
        {
            0 => new(bits, 128, isIPv4: false),
            1 => new(bits >> 64 << 64, 64, isIPv4: false),
            _ => new((UInt128)random.NextInt64(1L << 24, 0xE0000000), 32, isIPv4: true),
        };
    }
}
