using System.Globalization;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Store_OfOrdinaryDecisions_WeighsLittle(bool byId)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = Filled(byId);

        Assert.InRange(Weigh(before, store), 40, MostBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Store_AfterManyRenewals_WeighsLittleMore(bool byId)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var store = Filled(byId);
        for (var round = 1; round <= 20; round++)
        {
            store.Apply(new DecisionRows(), List(skip: round * 4_000 % Count, take: 20_000, hours: 100 + round));
        }

        // Four renewals of each: but the dead are two in five at most, and lists grow by steps.
        Assert.InRange(Weigh(before, store), 40, 2 * MostBytes);
    }

    private DecisionStore Filled(bool byId)
    {
        var store = new DecisionStore(byId ? DecisionIdentity.Id : DecisionIdentity.ScopeTypeValue, Severities, max: 1_000_000, _clock);
        store.Replace(List(skip: 0, take: Count, hours: 48));
        return store;
    }

    private static double Weigh(long before, DecisionStore store)
    {
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(store.Index.Count, Count * 9 / 10, Count);
        GC.KeepAlive(store);
        return (double)held / store.Index.Count;
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
