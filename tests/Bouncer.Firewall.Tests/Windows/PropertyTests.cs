using Bouncer.Firewall.Backends;
using System.Net;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Windows;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>What holds for any list and any rules that there are; drawn at random, each seed the same in every run.</summary>
public sealed class PropertyTests
{
    private static readonly IPAddress[] Probes =
    [
        .. Enumerable.Range(0, 64).Select(i => IPAddress.Parse($"192.0.2.{i}")),
        .. Enumerable.Range(0, 64).Select(i => IPAddress.Parse($"10.{i}.0.1")),
        .. Enumerable.Range(0, 64).Select(i => IPAddress.Parse($"2001:db8::{i:x}")),
        .. new[] { "8.8.8.8", "::2", "ffff::1", "255.255.255.255", "0.0.0.0" }.Select(IPAddress.Parse),
    ];

    private static readonly (UInt128, bool)[] Numbers = [.. Probes.Select(FakeAddresses.Number)];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task AnyState_Reconciled_HoldsTheListAndStays(int seed)
    {
        var random = new Random(seed);
        var bed = new WindowsBed(random.Next(1, 6), outbound: random.Next(2) == 0);
        for (var round = 0; round < 6; round++)
        {
            Change(bed, random, random.Next(40));
            Allow(bed, random);
            Spoil(bed, random);
            if (random.Next(2) == 0)
            {
                bed.Restart();
            }

            NeverTooWide(bed);
            var (plan, refused) = await bed.ReconcileAsync();
            Assert.Equal(0, refused);
            Assert.DoesNotContain(plan.Describe(), line => line.EndsWith(": ", StringComparison.Ordinal) || line.Contains('*', StringComparison.Ordinal));
            AssertHolds(bed);

            var writes = bed.Firewall.Writes;
            Assert.True((await bed.ReconcileAsync()).Plan.IsEmpty);
            Assert.Equal(writes, bed.Firewall.Writes);
            Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task NChanges_Written_TouchAtMostNBuckets(int seed)
    {
        var random = new Random(seed);
        var bed = new WindowsBed(random.Next(2, 6), outbound: random.Next(2) == 0);
        Change(bed, random, random.Next(60));
        Allow(bed, random);
        await bed.ReconcileAsync();
        NeverTooWide(bed);
        for (var round = 0; round < 12; round++)
        {
            var rules = Buckets(bed);
            var changed = Change(bed, random, random.Next(1, 5));
            var (plan, _) = await bed.ChangeAsync(changed);
            AssertHolds(bed);
            if (Buckets(bed) == rules)
            {
                var touched = ((WindowsFirewallPlan)plan).Steps.Select(Bucket).Distinct().Count();
                Assert.InRange(touched, 0, changed.Count);
            }

            Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        }

        Assert.True((await bed.ReconcileAsync()).Plan.IsEmpty);
    }

    private static void AssertHolds(WindowsBed bed)
    {
        Assert.Null(bed.Firewall.Fault);
        bool[] wanted = [.. Probes.Select(bed.IsWanted)];
        Assert.Equal(wanted, bed.Firewall.Blocks(Numbers));
        Assert.Equal(bed.Options.Outbound ? wanted : new bool[wanted.Length], bed.Firewall.Blocks(Numbers, RuleDirection.Out));
        Assert.All(bed.OurRules, rule => Assert.InRange(rule.Addresses.Ranges.Count, 1, bed.Options.Windows.AddressesPerRule + 1));
    }

    private static void NeverTooWide(WindowsBed bed)
    {
        var spoilt = bed.OurRules.Where(rule => rule.Addresses.Text == "*").Select(rule => rule.Name).ToHashSet();
        bed.Firewall.Watch = () => bed.OurRules.FirstOrDefault(rule => rule.Addresses.Text == "*" && !rule.Name!.Contains("-surplus-") && !spoilt.Contains(rule.Name))?.Name;
    }

    private static (bool, int) Bucket(RuleStep step) => step switch
    {
        RuleStep.Create create => (create.Name.IsIPv4, create.Name.Bucket),
        RuleStep.Write write => (write.Name.IsIPv4, write.Name.Bucket),
        RuleStep.Delete { Name: { } name } => (name.IsIPv4, name.Bucket),
        _ => throw new InvalidOperationException($"A step on the networks drops {step.Text}."),
    };

    /// <summary>How many buckets each family has, as far as the planner can have parted them.</summary>
    private static (int, int) Buckets(WindowsBed bed) => bed.Backend.BucketCounts;

    private static HashSet<Prefix> Change(WindowsBed bed, Random random, int count)
    {
        HashSet<Prefix> changed = [];
        for (var i = 0; i < count; i++)
        {
            var held = bed.Blocks.Blocks.Keys.Order().ToArray();
            var network = held.Length > 0 && random.Next(2) == 0 ? held[random.Next(held.Length)] : Draw(random);
            changed.Add(network);
            if (random.Next(3) == 0)
            {
                bed.Blocks.Remove(network);
            }
            else
            {
                bed.Blocks.Set(network, new Block(TimeSpan.MaxValue, "crowdsec"));
            }
        }

        return changed;
    }

    private static void Allow(WindowsBed bed, Random random)
    {
        if (random.Next(3) == 0)
        {
            bed.Blocks.Allow(Enumerable.Range(0, random.Next(4)).Select(_ => Draw(random)).ToArray());
        }
    }

    private static Prefix Draw(Random random) => WindowsBed.Parse(random.Next(6) switch
    {
        0 => $"10.{random.Next(64)}.0.0/{random.Next(10, 17)}",
        1 => $"2001:db8::{random.Next(64):x}/{random.Next(122, 129)}",
        2 => $"2001:db8::{random.Next(64):x}",
        3 => $"192.0.2.{random.Next(64)}/{random.Next(26, 33)}",
        _ => $"192.0.2.{random.Next(64)}",
    });

    /// <summary>What people, other programs and a process that died leave behind.</summary>
    private static void Spoil(WindowsBed bed, Random random)
    {
        var rules = bed.Firewall.Rules;
        for (var i = random.Next(4); i > 0 && bed.OurRules.ToArray() is { Length: > 0 } ours; i--)
        {
            var rule = ours[random.Next(ours.Length)];
            switch (random.Next(9))
            {
                case 0:
                    rules.Remove(rule);
                    break;
                case 1:
                    rule.Addresses = FakeAddresses.Everybody;
                    break;
                case 2:
                    rule.Addresses = FakeAddresses.Parse(random.Next(2) == 0 ? "192.0.2.0/27" : "2001:db8::1-2001:db8::20", _ => false);
                    break;
                case 3:
                    rule.IsEnabled = false;
                    break;
                case 4:
                    rules.Add(rule with { });
                    break;
                case 5:
                    rule.Action = 1 - rule.Action;
                    break;
                case 6:
                    rule.Direction = 3 - rule.Direction;
                    break;
                case 7:
                    rule.Name = random.Next(2) == 0 ? "My own" : $"{rule.Name}-7";
                    break;
                default:
                    (rule.Profiles, rule.Protocol, rule.ApplicationName) = random.Next(3) switch
                    {
                        0 => (2, rule.Protocol, rule.ApplicationName),
                        1 => (rule.Profiles, 6, rule.ApplicationName),
                        _ => (rule.Profiles, rule.Protocol, "notepad.exe"),
                    };
                    break;
            }
        }
    }
}
