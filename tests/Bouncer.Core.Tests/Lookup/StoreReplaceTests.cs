using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>A whole list over what is held is a difference, and mostly none.</summary>
public sealed class StoreReplaceTests
{
    private const long Second = TimeSpan.TicksPerSecond;
    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private readonly TestClock _clock = new(timestampFrequency: Second);
    private readonly DecisionBuilder _make;

    public StoreReplaceTests() => _make = new DecisionBuilder(_clock);

    [Fact]
    public void Replace_OfTheSameListALittleLater_ChangesNothingAndAllocatesLittle()
    {
        const int Count = 20_000;
        var store = Store(Many(Count, 0));
        var index = store.Index;
        store.Replace(TestRows.Of(Many(Count, Second)));
        var list = TestRows.Of(Many(Count, -Second));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var change = store.Replace(list);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(change.IsEmpty && !change.IsSnapshot);
        Assert.Same(index.Held, store.Index.Held);
        Assert.Same(index.Addresses, store.Index.Addresses);
        Assert.Equal(Count, store.Index.Held.Rows.Count);
        Assert.InRange(allocated, 1, Count * 8);
    }

    [Theory]
    [InlineData(-2 * Second, false)]
    [InlineData(2 * Second, false)]
    [InlineData((-2 * Second) - 1, true)]
    [InlineData((2 * Second) + 1, true)]
    [InlineData(-3_600 * Second, true)]
    [InlineData(3_600 * Second, true)]
    public void Replace_WithAnotherEnd_MovesItBothWaysBeyondTheTolerance(long by, bool isMoved)
    {
        foreach (var value in (string[])["192.0.2.7", "2001:db8::/48", "::ffff:192.0.2.0/120"])
        {
            var held = _make.Make(value, id: 7);
            var store = Store(held);
            var change = store.Replace(TestRows.Of(ReferenceStore.At(held, held.Deadline + by)));

            Assert.Equal(!isMoved, change.IsEmpty);
            Assert.Equal(held.Deadline + (isMoved ? by : 0), Only(store).Deadline);
        }
    }

    [Fact]
    public void Replace_TimeAndAgainALittleLater_NeverDrifts()
    {
        var held = _make.Make("192.0.2.7");
        var store = Store(held);

        for (var i = 1; i <= 10; i++)
        {
            store.Replace(TestRows.Of(ReferenceStore.At(held, held.Deadline + (i * Second))));
            Assert.InRange(Only(store).Deadline - held.Deadline - (i * Second), -2 * Second, 0);
        }
    }

    [Fact]
    public void Replace_WithOtherContent_TakesIt()
    {
        var held = _make.Make("192.0.2.7", id: 1);
        Decision[] others =
        [
            _make.Make("192.0.2.7", id: 2), _make.Make("192.0.2.7", id: 1, origin: "CAPI"), _make.Make("192.0.2.7", "captcha", id: 1),
            _make.Make("192.0.2.8", id: 1), _make.Make("192.0.2.7/32", scope: "range", id: 1), _make.Make("192.0.2.7/32", scope: "ip", id: 1),
            _make.Make("::ffff:192.0.2.7", scope: "ip", id: 1), _make.Make("2001:db8::7", id: 1), _make.Make("192.0.2.7", scope: "username", id: 1),
        ];
        foreach (var other in others)
        {
            var store = Store(held);
            var changes = store.Replace(TestRows.Of(other)).ToChangeSet(_clock);

            Assert.Equal(ReferenceStore.Text(other), ReferenceStore.Text(Only(store)));
            Assert.Equal(ReferenceStore.Text(other), ReferenceStore.Text(Assert.Single(changes.Added)));
            Assert.Equal(ReferenceStore.Text(held), ReferenceStore.Text(Assert.Single(changes.Removed)));
        }
    }

    [Fact]
    public void Replace_ThatRepeatsAnId_KeepsTheLast()
    {
        var (a, b, c) = (_make.Make("192.0.2.1", id: 7), _make.Make("192.0.2.2", id: 7), _make.Make("192.0.2.1", "captcha", id: 7));
        foreach (var list in (Decision[][])[[a, b, c], [a, c, b], [b, c, a], [a, b, a], [a, a]])
        {
            foreach (var store in (DecisionStore[])[Store(), Store(a), Store(b), Store(a, _make.Make("192.0.2.1", id: 8))])
            {
                store.Replace(TestRows.Of(list));
                Assert.Equal(ReferenceStore.Text(list[^1]), ReferenceStore.Text(Only(store)));

                store.Apply([7], TestRows.Of());
                Assert.Equal(0, store.Index.Count);
                Assert.Equal(0, store.Index.FindStrongest(IpKey.FromIPv4(0xC000_0201), _clock));
            }
        }
    }

    [Fact]
    public void Replace_ThatRepeatsADecisionWithoutId_KeepsTheLast()
    {
        foreach (var hours in (int[][])[[1, 5, 3], [5, 3, 1], [3, 1, 5]])
        {
            // Held: none, one that is not listed so, one that ends as one of those listed.
            foreach (var store in (DecisionStore[])[Store(), Store(Lasting(9)), Store(Lasting(3)), Store(Lasting(5))])
            {
                store.Replace(TestRows.Of(hours.Select(Lasting)));
                Assert.Equal(Lasting(hours[^1]).Deadline, Only(store).Deadline);
            }
        }
    }

    [Fact]
    public void Replace_WithSomeToBeKept_HoldsThemInAdditionToTheList()
    {
        var kept = _make.Make("192.0.2.1", id: 1);
        var store = Store(kept, _make.Make("192.0.2.2", id: 2), _make.Make("192.0.2.3", id: 3), _make.Make("192.0.2.4"));

        var changes = store.Replace(TestRows.Of(_make.Make("192.0.2.33", id: 3), _make.Make("192.0.2.9", id: 9)), new HashSet<long> { 1, 3, 77 }).ToChangeSet(_clock);

        Assert.Equal([1, 3, 9], store.Index.Enumerate().Select(row => store.Index.Held.Rows[row].Id).Order());
        Assert.Equal(["192.0.2.33", "192.0.2.9"], changes.Added.Select(decision => decision.Value).Order(StringComparer.Ordinal));
        Assert.Equal(["192.0.2.2", "192.0.2.3", "192.0.2.4"], changes.Removed.Select(decision => decision.Value).Order(StringComparer.Ordinal));

        store.Replace(TestRows.Of(), new HashSet<long> { 1 });
        Assert.Equal(ReferenceStore.Text(kept), ReferenceStore.Text(Only(store)));
        store.Replace(TestRows.Of(), new HashSet<long>());
        Assert.Equal(0, store.Index.Count);
    }

    [Fact]
    public void Replace_OverAnEmptyStore_IsASnapshotAndKeepsNothing()
    {
        var store = Store(_make.Make("192.0.2.1", id: 1));
        store.Apply([1], TestRows.Of());

        var change = store.Replace(TestRows.Of(_make.Make("192.0.2.2", id: 2)), new HashSet<long> { 1 });

        Assert.True(change.IsSnapshot);
        Assert.Equal("192.0.2.2", Only(store).Value);
    }

    [Fact]
    public void Apply_ThatChangesNothingOnAValueWithSeveral_LeavesNothingBehind()
    {
        var store = Store(_make.Make("192.0.2.7", "ban", id: 1), _make.Make("192.0.2.7", "captcha", id: 2));
        var sets = store.Index.Held.ReserveSet();

        for (var i = 0; i < 1_000; i++)
        {
            store.Apply([3], TestRows.Of(_make.Make("192.0.2.7", "ban", id: 1)));
        }

        Assert.Equal(sets - 1, store.Index.Held.ReserveSet());
    }

    private Decision Lasting(int hours) => _make.Make("192.0.2.7", lasts: TimeSpan.FromHours(hours));

    private Decision Only(DecisionStore store)
    {
        Assert.Equal(1, store.Index.Count);
        return store.Index.Held.Rows.ToDecision(Assert.Single(store.Index.Enumerate()), _clock);
    }

    private IEnumerable<Decision> Many(int count, long shift)
    {
        for (var i = 0; i < count; i++)
        {
            var value = (i % 20) switch
            {
                0 => $"10.{i / 256}.{i % 256}.0/24",
                1 => $"2001:db8:{i:x}::/48",
                _ => $"10.1.{i / 256}.{i % 256}",
            };
            var decision = _make.Make(value, id: i + 1);
            yield return ReferenceStore.At(decision, decision.Deadline + shift);
        }
    }

    private DecisionStore Store(params IEnumerable<Decision> decisions)
    {
        var store = new DecisionStore(Severities, max: 1_000_000, _clock);
        store.Replace(TestRows.Of(decisions));
        return store;
    }
}
