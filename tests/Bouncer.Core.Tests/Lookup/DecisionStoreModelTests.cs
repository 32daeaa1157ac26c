using System.Net;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>Random lives of a store, step by step beside <see cref="ReferenceStore"/>.</summary>
public sealed class DecisionStoreModelTests
{
    private const int Steps = 400;
    private const int Many = 800;
    private const int Ids = 60;

    private static readonly RemediationSeverities Severities = new([new(new Remediation("tarpit"), 150)], Remediation.Captcha);

    private static readonly string[] Types = ["ban", "captcha", "throttle", "tarpit", "BAN", "unheard-of", "none"];
    private static readonly string[] Origins = ["crowdsec", "cscli", "CAPI"];
    private static readonly string[] Scenarios = ["ssh-bf", "http-probing"];

    private static readonly (string Scope, string Value)[] Values =
    [
        ("ip", "192.0.2.1"), ("ip", "192.0.2.1/32"), ("range", "192.0.2.1/32"), ("ip", "::ffff:192.0.2.1"), ("ip", "192.0.2.2"),
        ("range", "192.0.2.0/24"), ("range", "192.0.2.99/24"), ("range", "192.0.2.0/25"), ("range", "192.0.0.0/16"),
        ("range", "192.0.0.0/9"), ("range", "0.0.0.0/0"), ("ip", "2001:db8::1"), ("ip", "2001:DB8:0::1"), ("range", "2001:db8::/64"),
        ("range", "2001:db8::/48"), ("range", "::/0"), ("country", "fr"), ("country", "FR"), ("country", "de"), ("as", "AS123"),
        ("as", "as123"), ("username", "jane"), ("username", "Jane"), ("my-scope", "x"),
    ];

    private static readonly IpKey[] Clients =
    [
        .. new[] { "192.0.2.1", "192.0.2.2", "192.0.2.200", "192.0.9.9", "192.99.0.1", "8.8.8.8", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "2001:db9::", "10.0.0.1" }
            .Select(address => IpKey.From(IPAddress.Parse(address))),
    ];

    public static TheoryData<int, int> Lives { get; } =
        [.. from seed in Enumerable.Range(1, 5) from max in (int[])[1_000_000, 60] where max > 60 || seed <= 2 select (seed, max)];

    [Theory]
    [MemberData(nameof(Lives))]
    public void Store_AfterEveryStep_AgreesWithAPlainList(int seed, int max)
    {
        var life = new Life(seed, max);
        for (var step = 0; step < Steps; step++)
        {
            life.Step(step);
        }

        // It was a life worth living: of ups and downs, and with new beginnings.
        Assert.InRange(life.Most, Math.Min(max, Many), max);
        Assert.InRange(life.Ebbs, 2, Steps);
        Assert.InRange(life.Compactions, 1, Steps);
    }

    private sealed class Life
    {
        // Ends stand on a grid, a little beside it: so that two of them are either nearer than the tolerance or farther.
        private const long Grid = 5 * TestClock.OddFrequency;
        private const long Tolerance = 2 * TestClock.OddFrequency;
        private const long Endless = long.MaxValue / 2;

        private readonly Random _random;
        private readonly TestClock _clock = new();
        private readonly ReferenceStore _reference;
        private readonly DecisionStore _store;
        private HashSet<string> _shadow = [];
        private string _where = "";
        private long _unique;

        internal Life(int seed, int max)
        {
            _random = new Random(seed);
            _reference = new ReferenceStore(Severities, max, Tolerance);
            _store = new DecisionStore(Severities, max, _clock);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        internal int Most { get; private set; }

        internal int Ebbs { get; private set; }

        internal int Compactions { get; private set; }

        internal void Step(int step)
        {
            var (held, count) = (_store.Index.Held, _store.Index.Count);
            var change = Next(out var what);
            _where = $"step {step}, {what}";
            Follow(change);
            AssertAgrees();

            Most = Math.Max(Most, _store.Index.Count);
            Ebbs += _store.Index.Count < count / 4 ? 1 : 0;
            Compactions += _store.Index.Held != held && !change.IsSnapshot ? 1 : 0;
        }

        private StoreChange Next(out string what)
        {
            _clock.Advance(TimeSpan.FromSeconds(_random.Next(4) == 0 ? _random.Next(60) : _random.Next(2)));
            switch (_random.Next(_store.Index.Count > Many / 2 ? 20 : 100))
            {
                case 0 or 1 or 2:
                    what = "most deleted";
                    return Apply([.. _reference.Held.Where(_ => _random.Next(50) > 0)], []);
                case 3:
                    what = "a short list";
                    return Replace([.. _reference.Held.Where(_ => _random.Next(20) == 0).Select(Relisted)]);
                case 4:
                    what = "many added";
                    return Apply([], Hosts(Many));
                case 5 or 6 or 7:
                    what = "a list";
                    return Replace(List());
                case 8 or 9 or 10 or 11:
                    what = "a sweep";
                    _reference.RemoveExpired(_clock.GetTimestamp());
                    return _store.Sweep();
                default:
                    what = "a delta";
                    return Apply(Some(6, () => _random.Next(3) > 0 ? Held() : Any()), Some(9, () => _random.Next(3) == 0 ? Changed(Held()) : Any()));
            }
        }

        private StoreChange Apply(Decision[] deleted, Decision[] added)
        {
            _random.Shuffle(deleted);
            var ids = TestRows.Ids(deleted);
            _reference.Apply(ids, added);
            return _store.Apply(ids, TestRows.Of(added));
        }

        private StoreChange Replace(Decision[] list)
        {
            HashSet<long> kept = _random.Next(3) == 0 ? [.. TestRows.Ids(Some(20, Held))] : [];
            var unlisted = _store.FindUnlisted(TestRows.Of(list), kept).ToIds();
            Assert.True(unlisted.SetEquals(TestRows.Ids(_reference.Held.Where(held => held.Deadline > _clock.GetTimestamp())).Except(TestRows.Ids(list)).Except(kept)), _where);
            _reference.Replace(list, kept);
            return _store.Replace(TestRows.Of(list), kept.Count > 0 ? kept : null);
        }

        /// <summary>Most of what is held, some of it changed, some new, some twice or more with other ends.</summary>
        private Decision[] List()
        {
            Decision[] list =
            [
                .. _reference.Held.Where(_ => _random.Next(8) > 0).Select(held => _random.Next(6) == 0 ? Changed(held) : Relisted(held)),
                .. Some(12, Any),
            ];
            Decision[] again = list.Length == 0 ? [] : Some(15, () => Changed(list[_random.Next(list.Length)]));
            list = [.. list.Concat(again)];
            _random.Shuffle(list);
            return list;
        }

        private Decision[] Hosts(int count) => [.. Enumerable.Range(0, count).Select(i => Make(("ip", $"10.0.{i / 250}.{i % 250}"), "ban", 1_000 + i, _random.Next(300, 3_000)))];

        private Decision[] Some(int most, Func<Decision> make) => [.. Enumerable.Range(0, _random.Next(most)).Select(_ => make())];

        private Decision Held() => _reference.Held.Count == 0 ? Any() : _reference.Held[_random.Next(_reference.Held.Count)];

        private Decision Any()
        {
            var id = _random.Next(4) == 0 ? 0 : _random.Next(1, Ids);
            return Make(Values[_random.Next(Values.Length)], Types[_random.Next(Types.Length)], id, _random.Next(6) == 0 ? _random.Next(-2, 3) : _random.Next(200));
        }

        private Decision Changed(Decision held) =>
            Make((held.Scope.Name, held.Value), _random.Next(3) == 0 ? Types[_random.Next(Types.Length)] : held.Type, held.Id, _random.Next(200));

        private Decision Relisted(Decision held) => ReferenceStore.At(held, held.Deadline > Endless ? held.Deadline : Near(OnGrid(held.Deadline)));

        private Decision Make((string Scope, string Value) on, string type, long id, int lasts)
        {
            var scope = new DecisionScope(on.Scope);
            return new Decision
            {
                Id = id,
                Origin = Origins[_random.Next(Origins.Length)],
                Scenario = Scenarios[_random.Next(Scenarios.Length)],
                Scope = scope,
                Value = on.Value,
                Prefix = scope.IsAddress && IpParser.TryParsePrefix(on.Value, out var prefix) ? prefix : null,
                Type = type,
                Remediation = new Remediation(type),
                Deadline = lasts == 199 ? long.MaxValue - _unique++ : Near(OnGrid(_clock.GetTimestamp() + (lasts * Grid))),
            };
        }

        private static long OnGrid(long deadline) => deadline > Endless ? deadline : (deadline + (Grid / 2)) / Grid * Grid;

        private long Near(long grid) => grid + (_unique++ * 7919 % 18_000_001) - 9_000_000;

        private void Follow(StoreChange change)
        {
            if (change.IsSnapshot)
            {
                _shadow = Texts(Stored(_store.Index.Enumerate()));
                return;
            }

            var changes = change.ToChangeSet(_clock);
            Assert.All(changes.Removed, decision => Assert.True(_shadow.Remove(ReferenceStore.Text(decision)), _where));
            Assert.All(changes.Added, decision => Assert.True(_shadow.Add(ReferenceStore.Text(decision)), _where));
            Assert.Equal(changes.Removed.Count + changes.Added.Count == 0, change.IsEmpty);
        }

        private void AssertAgrees()
        {
            var index = _store.Index;
            var now = _clock.GetTimestamp();
            var expected = Texts(_reference.Held);
            var actual = Texts(Stored(index.Enumerate()));
            Assert.True(expected.SetEquals(actual), $"{_where}: missing [{string.Join("; ", expected.Except(actual))}], too many [{string.Join("; ", actual.Except(expected))}]");
            Assert.True(expected.SetEquals(_shadow), $"{_where}: the changes told lead elsewhere");
            Assert.Equal(_reference.Held.Count, index.Count);
            AssertAgreesOnIds();
            AssertAgreesOnEnds(now);
            foreach (var client in Clients)
            {
                string[] all = [.. _reference.FindAll(client, now).Select(ReferenceStore.Text)];
                AssertSame(all, index.FindAll(client, now));
                AssertSame(all.Take(1), index.FindStrongest(client, _clock) is var row && row != 0 ? [row] : []);
            }

            foreach (var (scope, value) in Values.Select(on => (new DecisionScope(on.Scope), on.Value)).Where(on => !on.Item1.IsAddress))
            {
                AssertSame(_reference.FindAll(scope, value, now).Select(ReferenceStore.Text), index.FindAll(ScopedValue.Of(scope, value), now));
            }
        }

        private void AssertAgreesOnIds()
        {
            for (var id = 0; id < Ids; id++)
            {
                var expected = id == 0 ? null : _reference.Find(id);
                Assert.True(_store.TryFind(id, out var deadline) == expected is not null && deadline == (expected?.Deadline ?? 0), $"{_where}: {id}");
            }

            var enumerated = _store.Index.Enumerate().ToHashSet();
            Assert.All(Enumerable.Range(1, _store.Index.Held.Rows.Count), row => Assert.True(enumerated.Contains(row) == _store.Holds(row), _where));
        }

        private void AssertAgreesOnEnds(long now)
        {
            (long From, long To)[] spans = [(long.MinValue, now), (now, now + (12 * Grid)), (now + (12 * Grid), now + (100 * Grid)), (now - Grid, long.MaxValue)];
            foreach (var (from, to) in spans)
            {
                Assert.Equal(_reference.Held.Count(held => held.Deadline >= from && held.Deadline < to), _store.CountEnding(from, to));
            }
        }

        private void AssertSame(IEnumerable<string> expected, IEnumerable<int> rows)
        {
            string[] texts = [.. Stored(rows).Select(ReferenceStore.Text)];
            Assert.True(expected.SequenceEqual(texts), $"{_where}: expected [{string.Join("; ", expected)}], found [{string.Join("; ", texts)}]");
        }

        private IEnumerable<Decision> Stored(IEnumerable<int> rows) => rows.Select(row => _store.Index.Held.Rows.ToDecision(row, _clock));

        private static HashSet<string> Texts(IEnumerable<Decision> decisions)
        {
            string[] texts = [.. decisions.Select(ReferenceStore.Text)];
            HashSet<string> set = [.. texts];
            Assert.Equal(texts.Length, set.Count);
            return set;
        }
    }
}
