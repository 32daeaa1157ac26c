using System.Globalization;
using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>Lists that an enemy would get a Local API to serve: whatever they hold, work and memory are in proportion.</summary>
public sealed class DecisionStoreHostileTests
{
    /// <summary>Far above what the work takes where it is in proportion, far below what it takes where it is not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private static readonly IpKey Address = IpKey.FromIPv4(0x0A01_0203);

    private readonly TestClock _clock = new();

    public static TheoryData<string> Sets => [.. Lists.Keys];

    private static Dictionary<string, Func<int, (IpPrefix On, string Type, string Scenario)>> Lists { get; } = new()
    {
        ["types on one value"] = i => (IpPrefix.Host(Address), Name("type", i), "test"),
        ["scenarios"] = i => (Host(i), "ban", Name("scenario", i)),
        ["kinds"] = i => (Host(i), Name("type", i), Name("scenario", i)),
        ["every host of a /16"] = i => (Host(i), "ban", "test"),
        ["two types on every host"] = i => (Host(i / 2), i % 2 == 0 ? "ban" : "captcha", "test"),
        ["/0 to /32 chains"] = i => (IpPrefix.Of(IpKey.FromIPv4(((uint)(i / 33) * 0x9E37_79B9) | 0xFF), i % 33), "ban", "test"),
        ["/0 to /128 chains"] = i => (IpPrefix.Of(new((ulong)(i / 129) * 0x9E37_79B9_7F4A_7C15, ulong.MaxValue), i % 129), "ban", "test"),
        ["trees of /48"] = i => (IpPrefix.Of(new(0x2001_0db8_0000_0000UL | ((ulong)(i / 4) << 16) | (uint)(i % 4), (uint)i), 48 + (i % 4 * 16)), "ban", "test"),
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void Store_OfAHostileList_TakesMemoryInProportion(string name)
    {
        const int Few = 4_000;
        Live(name, Few);

        var expected = (double)Live(name, Few);

        // Tables grow by steps, and may have grown just before or just after: hence the half.
        Assert.InRange(Live(name, 4 * Few) / expected, 1, 4 * 1.5);
    }

    [Fact]
    public async Task Store_WithVeryManyTypesOnOneValue_IsDoneInProportion()
    {
        const int Many = 100_000;

        await Task.Run(() => Live("types on one value", Many), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1L << 20)]
    [InlineData(1L << 32)]
    [InlineData(-1L << 40)]
    public async Task Store_OfIdsWithAPattern_IsDoneInProportion(long step)
    {
        const int Many = 100_000;

        await Task.Run(() => Live("every host of a /16", Many, step), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Find_OnOneValueWithAThousandDecisions_GivesTheStrongestThatLives()
    {
        var store = Store();
        var rows = new DecisionRows();
        for (var i = 0; i < 1_000; i++)
        {
            Add(rows, (IpPrefix.Host(Address), Name("type", i), "test"), id: i + 1, seconds: i + 1);
        }

        store.Replace(rows);
        var (index, longest) = (store.Index, 0);
        for (var second = 0; second <= 1_000; second++)
        {
            // All are of one strength, so the longest counts, until none is left.
            var row = store.Index.FindStrongest(Address, _clock);
            longest += row != 0 && store.Index.Held.Rows.Kind(row).Type == "type999" ? 1 : 0;
            Assert.Equal(1_000 - second, store.Index.FindAll(Address, _clock.GetTimestamp()).Count());
            Assert.Equal(row, index.FindStrongest(Address, _clock));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1_000, longest);
        Assert.Equal(1_000, store.Sweep().ToChangeSet(_clock).Removed.Count);
        Assert.Equal(0, store.Index.Count);
    }

    /// <summary>Lists everything, lists it again, renews it all, takes it away in one delta, and tells what that took.</summary>
    private long Live(string name, int count, long idStep = 1)
    {
        var store = Store();
        var lists = new[] { 100, 100, 200 }.Select(seconds => List(name, count, seconds, idStep)).ToArray();
        long[] ids = [.. Enumerable.Range(1, lists[0].Count).Select(row => lists[0][row].Id)];
        var before = GC.GetAllocatedBytesForCurrentThread();

        store.Replace(lists[0]);
        Assert.Equal(count, store.Index.Count);
        Assert.True(store.Replace(lists[1]).IsEmpty);
        store.Apply([], lists[2]);
        Assert.Equal(count, store.Index.Count);
        store.Apply(ids, new DecisionRows());
        Assert.Equal(0, store.Index.Count);

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private DecisionRows List(string name, int count, int seconds, long idStep)
    {
        var rows = new DecisionRows();
        for (var i = 0; i < count; i++)
        {
            Add(rows, Lists[name](i), (i + 1) * idStep, seconds);
        }

        return rows;
    }

    private void Add(DecisionRows rows, (IpPrefix On, string Type, string Scenario) decision, long id, int seconds)
    {
        var scope = decision.On.IsHost ? DecisionScope.Ip : DecisionScope.Range;
        var kind = rows.Intern(new("lists", decision.Scenario, scope, decision.Type, new Remediation(decision.Type)));
        rows.Add(id, kind, decision.On, text: null, _clock.GetTimestamp() + (seconds * _clock.TimestampFrequency));
    }

    private DecisionStore Store() => new(Severities, max: 1_000_000, _clock);

    private static IpPrefix Host(int i) => IpPrefix.Host(IpKey.FromIPv4(0x0A00_0000U + (uint)i));

    private static string Name(string what, int i) => string.Create(CultureInfo.InvariantCulture, $"{what}{i}");
}
