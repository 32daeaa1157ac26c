using System.Globalization;
using System.Runtime.CompilerServices;
using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>What is held weighs what it may. Alone, for the whole process is weighed.</summary>
[Collection(nameof(DecisionStoreMemoryTests))]
[CollectionDefinition(nameof(DecisionStoreMemoryTests), DisableParallelization = true)]
public sealed class DecisionStoreMemoryTests
{
    private const int Count = 100_000;
    private const int MostBytes = 110;

    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private static readonly (IpPrefix Prefix, DecisionKind Kind)[] Workload = Decisions();
    private readonly TestClock _clock = new();

    [Fact]
    public void Store_OfOrdinaryDecisions_WeighsLittle() =>
        Assert.InRange(Weigh(Filled(renewals: 0)), 40, MostBytes);

    [Fact]
    public void Store_AfterManyRenewals_WeighsLittleMore() =>
        // Four renewals of each: but the dead are two in five at most, and lists grow by steps.
        Assert.InRange(Weigh(Filled(renewals: 20)), 40, 1.5 * MostBytes);

    // Apart, so that nothing of it is left on the stack of the one who weighs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private StrongBox<DecisionStore?> Filled(int renewals)
    {
        var store = new DecisionStore(Severities, max: 1_000_000, _clock);
        store.Replace(List(skip: 0, take: Count, hours: 48));
        for (var round = 1; round <= renewals; round++)
        {
            store.Apply([], List(skip: round * 4_000 % Count, take: 20_000, hours: 100 + round));
        }

        Assert.InRange(store.Index.Count, Count * 9 / 10, Count);
        return new StrongBox<DecisionStore?>(store);
    }

    /// <summary>What goes when the store goes: whatever else the process holds stays the same meanwhile.</summary>
    private static double Weigh(StrongBox<DecisionStore?> store)
    {
        var with = GC.GetTotalMemory(forceFullCollection: true);
        store.Value = null;
        return (double)(with - GC.GetTotalMemory(forceFullCollection: true)) / Count;
    }

    private DecisionRows List(int skip, int take, int hours)
    {
        var rows = new DecisionRows();
        for (var i = skip; i < Math.Min(Count, skip + take); i++)
        {
            var (prefix, kind) = Workload[i];
            rows.Add(i + 1, rows.Intern(kind), prefix, text: null, _clock.GetTimestamp() + (((hours * 3_600L) + (i * 7919L % 3_600)) * _clock.TimestampFrequency));
        }

        return rows;
    }

    /// <summary>Of a hundred, 95 hosts crowded into some networks, 3 ranges, 2 of IPv6; some dozen scenarios.</summary>
    private static (IpPrefix Prefix, DecisionKind Kind)[] Decisions()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(_ =>
        {
            var network = (uint)(random.Next(6_000) * 0x9E37_79B9L) << 8;
            var prefix = random.Next(100) switch
            {
                < 95 => IpPrefix.Host(IpKey.FromIPv4(network | (uint)random.Next(256))),
                < 98 => IpPrefix.Of(IpKey.FromIPv4(network), random.Next(20, 29)),
                _ => IpPrefix.Of(new IpKey(0x2001_0db8_0000_0000UL | (uint)random.Next(), (ulong)random.NextInt64()), random.Next(2) == 0 ? 64 : 128),
            };
            var scenario = string.Create(CultureInfo.InvariantCulture, $"crowdsecurity/scenario-{random.Next(40)}");
            return (prefix, new DecisionKind("CAPI", scenario, prefix.IsHost ? DecisionScope.Ip : DecisionScope.Range, "ban", Remediation.Ban));
        })];
    }
}
