using System.Globalization;
using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Tests.Lookup;

/// <summary>Readers during thousands of swaps, sweeps and new beginnings: what belongs together moves together.</summary>
public sealed class DecisionStoreConcurrencyTests
{
    private const int Versions = 4_000;
    private const int Readers = 2;
    private const int SteadyId = 1;
    private const int MostInAVersion = 32;

    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private static readonly IpKey Wandering = Key("192.0.2.7");
    private static readonly IpKey Steady = Key("2001:db8::7");
    private static readonly IpKey Crowded = Key("198.51.100.7");
    private static readonly IpKey Fleeting = Key("203.0.113.7");
    private static readonly IpKey Clean = Key("8.8.8.8");

    private readonly Ticks _ticks = new();
    private readonly DecisionStore _store;

    public DecisionStoreConcurrencyTests() => _store = new DecisionStore(Severities, max: 1_000_000, _ticks);

    [Fact]
    public async Task Find_WhileTheStoreIsChanged_IsTheAnswerOfOneVersion()
    {
        _store.Replace(TestRows.Of(Decisions(1)));
        var first = _store.Index.Held;
        using var ready = new CountdownEvent(Readers);
        var readers = Enumerable.Range(0, Readers).Select(_ => Task.Factory.StartNew(
            () => Read(ready),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Assert.True(ready.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        for (var version = 2; version <= Versions; version++)
        {
            Write(version);
        }

        // Each round makes all the lookups. A collection that another thread causes charges a round with the unused rest of the
        // thread's allocation buffer; what a lookup allocated would be there in every round.
        Assert.All(await Task.WhenAll(readers), read => Assert.True(read.Count > 1 && read.Allocating <= 1 + (read.Count / 100), $"{read}"));
        Assert.NotSame(first, _store.Index.Held);
    }

    private void Write(int version)
    {
        _ticks.Advance(TimeSpan.FromSeconds(1));
        if (version % 100 == 0)
        {
            _store.Replace(TestRows.Of(Decisions(version)));
            return;
        }

        if (version % 37 == 0)
        {
            _store.RemoveExpired(new DecisionRows());
        }

        _store.Apply([.. TestRows.Ids(Decisions(version - 1)).Where(id => id != SteadyId)], TestRows.Of(Decisions(version)));
    }

    /// <returns>How many rounds there were, and after how many the thread had allocated more than before.</returns>
    private (long Count, long Allocating) Read(CountdownEvent ready)
    {
        var (last, allocating) = (0, 0L);
        for (var count = 1L; ; count++)
        {
            var now = _ticks.GetTimestamp();
            var index = _store.Index;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var wandering = index.FindStrongest(Wandering, _ticks);
            var steady = index.FindStrongest(Steady, _ticks);
            var crowded = index.FindStrongest(Crowded, _ticks);
            var fleeting = index.FindStrongest(Fleeting, _ticks);
            var clean = index.FindStrongest(Clean, _ticks);
            allocating += GC.GetAllocatedBytesForCurrentThread() > before ? 1 : 0;
            var rows = index.Held.Rows;
            var version = VersionOf(rows, steady);
            Assert.True(steady != 0 && wandering != 0 && crowded != 0, $"A gap after version {last}.");
            Assert.Equal(0, clean);
            Assert.True(version >= last);
            Assert.Equal(version, VersionOf(rows, wandering));
            Assert.Equal(version, VersionOf(rows, crowded));
            Assert.Equal(version % 2 == 0 ? DecisionScope.Ip : DecisionScope.Range, rows.Kind(wandering).Scope);
            Assert.Equal($"type{version % 5}", rows.Kind(steady).Type);
            Assert.True(fleeting == 0 || rows[fleeting].Deadline > now, "What ended has matched.");
            if (count % 8 == 0)
            {
                var all = index.FindAll(Crowded, now).Select(row => VersionOf(rows, row)).ToArray();
                Assert.Equal(1 + (version % 5), all.Length);
                Assert.All(all, each => Assert.Equal(version, each));
            }

            if (count == 1)
            {
                ready.Signal();
            }

            if (version == Versions)
            {
                return (count, allocating);
            }

            last = version;
        }
    }

    /// <summary>All carry the version's number: one on the host or its network in turn, one that keeps its id, some on one
    /// value, one that ends soon, and hosts by the dozen that come and go.</summary>
    private IEnumerable<Decision> Decisions(int version)
    {
        var id = version * MostInAVersion;
        yield return version % 2 == 0 ? Make("192.0.2.7", "ban", version, id++) : Make("192.0.2.0/24", "ban", version, id++);
        yield return Make("2001:db8::7", $"type{version % 5}", version, SteadyId);
        for (var i = 0; i <= version % 5; i++)
        {
            yield return Make("198.51.100.7", $"type{i}", version, id++);
        }

        yield return Make("203.0.113.7", "ban", version, id++, seconds: 1 + (version % 90));
        for (var i = 0; i < 12; i++)
        {
            yield return Make($"10.{version % 7}.{i}.1", "captcha", version, id++);
        }
    }

    private Decision Make(string value, string type, int version, int id, long seconds = 100_000)
    {
        Assert.True(IpParser.TryParsePrefix(value, out var prefix));
        return new Decision
        {
            Id = id,
            Origin = "lists",
            Scenario = version.ToString(CultureInfo.InvariantCulture),
            Scope = prefix.IsHost ? DecisionScope.Ip : DecisionScope.Range,
            Value = value,
            Prefix = prefix,
            Type = type,
            Remediation = new Remediation(type),
            Deadline = _ticks.GetTimestamp() + (seconds * _ticks.TimestampFrequency),
        };
    }

    private static int VersionOf(DecisionRows rows, int row) => int.Parse(rows.Kind(row).Scenario, CultureInfo.InvariantCulture);

    private static IpKey Key(string address) => IpParser.TryParseAddress(address, out var key) ? key : default;

    /// <summary>A clock that is moved by one thread and read by others without a lock.</summary>
    private sealed class Ticks : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        internal void Advance(TimeSpan by) => Volatile.Write(ref _now, _now + by.Ticks);
    }
}
