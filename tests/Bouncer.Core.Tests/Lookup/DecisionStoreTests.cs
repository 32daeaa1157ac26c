using System.Net;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

public sealed class DecisionStoreTests
{
    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);
    private readonly TestClock _clock = new();
    private readonly DecisionBuilder _make;

    public DecisionStoreTests() => _make = new DecisionBuilder(_clock);

    [Fact]
    public void Find_UnderNestedNetworks_GivesTheStrongestNotTheLongest()
    {
        var store = Store(_make.Make("192.0.2.0/24", "ban"), _make.Make("192.0.2.7", "captcha"), _make.Make("192.0.0.0/16", "throttle"));

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        Assert.Equal("ban", Strongest(store, "192.0.2.8"));
        Assert.Equal("throttle", Strongest(store, "192.0.3.1"));
        Assert.Null(Strongest(store, "192.1.0.1"));
        Assert.Equal(["ban", "captcha", "throttle"], store.Index.FindAll(Key("192.0.2.7"), _clock.GetTimestamp()).Select(row => store.Index.Held.Rows.Kind(row).Type));
    }

    [Fact]
    public void Find_OfEqualStrength_GivesTheMostSpecific()
    {
        var store = Store(_make.Make("192.0.2.0/24"), _make.Make("192.0.2.7"), _make.Make("192.0.0.0/16"));

        Assert.Equal("192.0.2.7", Find(store.Index, "192.0.2.7")!.Value);
    }

    [Fact]
    public void Find_WhenTheStrongestHasEnded_GivesTheNextWithoutASweep()
    {
        var store = Store(
            _make.Make("192.0.2.7", "ban", TimeSpan.FromSeconds(10)),
            _make.Make("192.0.2.7", "captcha", TimeSpan.FromSeconds(20)),
            _make.Make("192.0.2.0/24", "throttle", TimeSpan.FromSeconds(30)));

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("captcha", Strongest(store, "192.0.2.7"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("throttle", Strongest(store, "192.0.2.7"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(Strongest(store, "192.0.2.7"));
        Assert.Equal(3, store.Index.Count);
    }

    [Fact]
    public void RemoveExpired_AtTheTick_LetsGoOfWhatEnded()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(10)), _make.Make("192.0.2.8", lasts: TimeSpan.FromSeconds(20)));

        _clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(10));
        Assert.Empty(store.Sweep().ToChangeSet(_clock).Removed);
        _clock.Advance(TimeSpan.FromTicks(10));
        Assert.Equal("192.0.2.7", Assert.Single(store.Sweep().ToChangeSet(_clock).Removed).Value);
        Assert.Equal(1, store.Index.Count);
    }

    [Fact]
    public void Find_AfterTheWallClockStepped_IsUnmoved()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(1)));

        _clock.StepWallClock(TimeSpan.FromDays(2));
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        _clock.StepWallClock(TimeSpan.FromDays(-4));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void A5_MappedClientAndPlainDecision_MeetBothWays()
    {
        var store = Store(_make.Make("192.0.2.7"), _make.Make("::ffff:198.51.100.0/120", "captcha"));

        Assert.Equal("ban", Strongest(store, "::ffff:192.0.2.7"));
        Assert.Equal("captcha", Strongest(store, "198.51.100.200"));
        Assert.Equal("captcha", Strongest(store, "::ffff:198.51.100.200"));
    }

    [Fact]
    public void Replace_DropsWhatIsNotListed()
    {
        var store = Store(_make.Make("192.0.2.7"), _make.Make("192.0.2.8"));

        store.Replace(TestRows.Of(_make.Make("192.0.2.8", "captcha")));

        Assert.Null(Strongest(store, "192.0.2.7"));
        Assert.Equal("captcha", Strongest(store, "192.0.2.8"));
        Assert.Equal(1, store.Index.Count);
    }

    [Fact]
    public void Apply_OfOneValueUnderAnotherId_KeepsBothUntilTheirEnds()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(24), id: 1, origin: "CAPI"));

        store.Apply([], TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(1), id: 2, origin: "cscli")));

        Assert.Equal(2, store.Index.Count);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, Assert.Single(store.Sweep().ToChangeSet(_clock).Removed).Id);
        Assert.Equal(1, Find(store.Index, "192.0.2.7")!.Id);
    }

    [Fact]
    public void S3_DeletionUnderAnotherId_LeavesTheValue()
    {
        var store = Store(_make.Make("192.0.2.7", id: 1));

        Assert.True(store.Apply([99], TestRows.Of()).IsEmpty);

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Delete_OfOneType_LeavesTheOthers()
    {
        var store = Store(_make.Make("192.0.2.7", "ban", id: 1), _make.Make("192.0.2.7", "captcha", id: 2));

        store.Apply([2], TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply([1], TestRows.Of());
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Delete_OfADecisionWithoutId_TakesTheOneWithItsScopeTypeAndValue()
    {
        Decision[] all =
        [
            _make.Make("192.0.2.7", scope: "ip"), _make.Make("192.0.2.7/32", scope: "range"), _make.Make("192.0.2.7/32", scope: "ip"),
            _make.Make("192.0.2.7", "captcha", scope: "ip"), _make.Make("192.0.2.7", scope: "username"),
        ];
        var store = Store(all);

        for (var left = all.Length; left > 0; left--)
        {
            Assert.Equal(left, store.Index.Count);
            var gone = all[left - 1];
            for (var times = 0; times < 2; times++)
            {
                var changes = store.Apply(TestRows.Ids(_make.Make(gone.Value, gone.Type, scope: gone.Scope.Name, origin: "CAPI")), TestRows.Of()).ToChangeSet(_clock);
                Assert.Equal(times == 0 ? [ReferenceStore.Text(gone)] : [], changes.Removed.Select(ReferenceStore.Text));
            }
        }
    }

    [Fact]
    public void Apply_DeletionAndAdditionOfOneId_LeavesTheAddition()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(24), id: 1));

        store.Apply([1], TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromMinutes(1), id: 1)));

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void B5_AddressStaysWhileAnyDecisionLives()
    {
        var store = Store(_make.Make("192.0.2.7", id: 1), _make.Make("192.0.2.7", id: 2, lasts: TimeSpan.FromHours(9)));

        Assert.Equal(2, store.Index.Count);
        store.Apply([2], TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply([77], TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply([1, 1], TestRows.Of());
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void B5_TheLastWriteOfAnIdCounts()
    {
        var store = Store(_make.Make("192.0.2.7", id: 1));

        store.Apply([], TestRows.Of(_make.Make("192.0.2.8", id: 1), _make.Make("192.0.2.9", id: 1)));

        Assert.Null(Strongest(store, "192.0.2.7"));
        Assert.Null(Strongest(store, "192.0.2.8"));
        Assert.Equal("ban", Strongest(store, "192.0.2.9"));
        Assert.Equal(1, store.Index.Count);
    }

    [Fact]
    public void Apply_OfUnchangedDecisions_IsNoChange()
    {
        Decision[] all = [_make.Make("192.0.2.7", id: 1), _make.Make("2001:db8::/48", "captcha", id: 2), _make.Make("jane", scope: "username", id: 3), _make.Make("192.0.2.9")];
        var store = Store(all);
        var index = store.Index;

        foreach (var shift in (double[])[0, 2, -2])
        {
            var again = all.Select(decision => ReferenceStore.At(decision, decision.Deadline + (long)(shift * _clock.TimestampFrequency)));
            Assert.True(store.Apply([], TestRows.Of(again)).IsEmpty);
        }

        Assert.True(store.Apply([], TestRows.Of()).IsEmpty);
        Assert.True(store.Apply([4, -1, 0, long.MaxValue], TestRows.Of()).IsEmpty);
        Assert.True(store.Sweep().IsEmpty);
        Assert.Same(index, store.Index);
        Assert.Equal(all.Length, index.Held.Rows.Count);
    }

    [Fact]
    public void Apply_OfAKnownIdThatSaysSomethingElse_ReplacesIt()
    {
        var held = _make.Make("192.0.2.7", id: 1);
        Decision[] others =
        [
            _make.Make("192.0.2.8", id: 1), _make.Make("192.0.2.0/24", id: 1), _make.Make("2001:db8::7", id: 1), _make.Make("::ffff:192.0.2.7", id: 1),
            _make.Make("192.0.2.7", "captcha", id: 1), _make.Make("192.0.2.7", id: 1, origin: "CAPI"), _make.Make("192.0.2.7", scope: "username", id: 1),
            _make.Make("192.0.2.7", id: 1, lasts: TimeSpan.FromHours(5)), _make.Make("192.0.2.7", id: 1, lasts: TimeSpan.FromHours(3)),
        ];
        foreach (var other in others)
        {
            var store = Store(held, _make.Make("192.0.2.7", "throttle", id: 2));
            var version = store.Index.Version;
            var changes = store.Apply([], TestRows.Of(other)).ToChangeSet(_clock);

            Assert.Equal(ReferenceStore.Text(held), ReferenceStore.Text(Assert.Single(changes.Removed)));
            Assert.Equal(ReferenceStore.Text(other), ReferenceStore.Text(Assert.Single(changes.Added)));
            Assert.Equal(2, store.Index.Count);
            Assert.Equal(version + 1, store.Index.Version);
            Assert.Contains(store.Index.Enumerate(), row => ReferenceStore.Text(store.Index.Held.Rows.ToDecision(row, _clock)) == ReferenceStore.Text(other));
        }
    }

    [Fact]
    public void TryFind_OfAnId_GivesItsEndWhileItIsHeld()
    {
        var held = _make.Make("192.0.2.7", id: 7);
        var store = Store(held, _make.Make("192.0.2.8"));

        Assert.True(store.TryFind(7, out var deadline));
        Assert.Equal(held.Deadline, deadline);
        Assert.False(store.TryFind(8, out deadline));
        Assert.Equal(0, deadline);
        Assert.False(store.TryFind(0, out _));
        Assert.True(store.TryFind(TestRows.IdOf(_make.Make("192.0.2.8")), out _));

        var longer = _make.Make("192.0.2.7", id: 7, lasts: TimeSpan.FromHours(9));
        store.Apply([], TestRows.Of(longer));
        Assert.True(store.TryFind(7, out deadline));
        Assert.Equal(longer.Deadline, deadline);
        store.Apply([7], TestRows.Of());
        Assert.False(store.TryFind(7, out _));
    }

    [Fact]
    public void Holds_OfRowsThatCameAndWent_IsTrueForTheLastOfAnIdAlone()
    {
        var store = Store(_make.Make("192.0.2.7", id: 7), _make.Make("192.0.2.8", id: 8));
        store.Apply([8], TestRows.Of(_make.Make("192.0.2.9", id: 7), _make.Make("192.0.2.9", id: 9)));

        var rows = store.Index.Held.Rows;
        Assert.Equal([(7, false), (8, false), (7, true), (9, true)], Enumerable.Range(1, rows.Count).Select(row => (rows[row].Id, store.Holds(row))));
    }

    [Fact]
    public void FindUnlisted_OfAList_GivesWhatLivesAndNeitherNames()
    {
        var store = Store(
            _make.Make("192.0.2.1", id: 1),
            _make.Make("192.0.2.2", id: 2),
            _make.Make("192.0.2.3", id: 3),
            _make.Make("jane", scope: "username", id: 4),
            _make.Make("192.0.2.5", id: 5, lasts: TimeSpan.FromMinutes(1)),
            _make.Make("192.0.2.6"),
            _make.Make("2001:db8::7"));
        _clock.Advance(TimeSpan.FromMinutes(1));

        var unlisted = store.FindUnlisted(TestRows.Of(_make.Make("203.0.113.1", id: 1), _make.Make("192.0.2.99", id: 99), _make.Make("192.0.2.6")), [3, 77, 3]);

        Assert.Equal(["192.0.2.2", "2001:db8::7", "jane"], Enumerable.Range(1, unlisted.Count).Select(unlisted.Value).Order(StringComparer.Ordinal));
        Assert.Equal(6, store.FindUnlisted(TestRows.Of(), []).Count);
        Assert.Equal(7, store.Index.Count);
    }

    [Fact]
    public void Replace_AfterAWipedDatabaseGaveTheIdsAgain_HoldsWhatTheyNameNow()
    {
        var store = Store([.. Enumerable.Range(1, 200).Select(id => _make.Make($"192.0.2.{id}", id: id))]);
        var now = Enumerable.Range(1, 50).Select(id => _make.Make($"198.51.100.{id}", "captcha", id: id)).ToArray();

        store.Replace(TestRows.Of(now));

        Assert.Equal(50, store.Index.Count);
        Assert.All(now, decision => Assert.Equal("captcha", Strongest(store, decision.Value)));
        Assert.All(Enumerable.Range(1, 200), id => Assert.Null(Strongest(store, $"192.0.2.{id}")));
        store.Apply([1], TestRows.Of());
        Assert.Null(Strongest(store, "198.51.100.1"));
    }

    [Fact]
    public void FindAll_OfOtherScopes_KeepsUsersApartByCaseAndCountriesNot()
    {
        var store = Store(_make.Make("jane", "mfa", scope: "username"), _make.Make("fr", scope: "country"), _make.Make("x", scope: "my-scope"));
        var now = _clock.GetTimestamp();

        Assert.Single(store.Index.FindAll(ScopedValue.Of(DecisionScope.Username, "jane"), now));
        Assert.Empty(store.Index.FindAll(ScopedValue.Of(DecisionScope.Username, "Jane"), now));
        Assert.Single(store.Index.FindAll(ScopedValue.Of(DecisionScope.Country, "FR"), now));
        Assert.Single(store.Index.FindAll(ScopedValue.Of(new DecisionScope("MY-scope"), "x"), now));
        store.Apply(TestRows.Ids(_make.Make("jane", "mfa", scope: "username")), TestRows.Of());
        Assert.Empty(store.Index.FindAll(ScopedValue.Of(DecisionScope.Username, "jane"), now));
        Assert.Equal(2, store.Index.Count);
    }

    [Fact]
    public void Apply_TellsWhatChanged()
    {
        var store = Store(_make.Make("192.0.2.7"), _make.Make("192.0.2.8"));

        var changes = store.Apply(TestRows.Ids(_make.Make("192.0.2.7"), _make.Make("192.0.2.99")), TestRows.Of(_make.Make("192.0.2.9"))).ToChangeSet(_clock);

        Assert.False(changes.IsSnapshot);
        Assert.Equal("192.0.2.7", Assert.Single(changes.Removed).Value);
        Assert.Equal("192.0.2.9", Assert.Single(changes.Added).Value);
    }

    [Fact]
    public void Index_TakenBeforeAChange_StaysAsItWas()
    {
        var store = Store(_make.Make("192.0.2.7"));
        var before = store.Index;

        store.Apply(TestRows.Ids(_make.Make("192.0.2.7")), TestRows.Of(_make.Make("192.0.2.8")));

        Assert.NotNull(Find(before, "192.0.2.7"));
        Assert.Null(Find(before, "192.0.2.8"));
        Assert.True(store.Index.Version > before.Version);
    }

    [Fact]
    public void Renewals_WithoutEnd_DoNotGrowTheExpiryOrder()
    {
        var store = Store(_make.Make("192.0.2.7"));
        for (var i = 0; i < 10_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            store.Apply([], TestRows.Of(_make.Make("192.0.2.7")));
        }

        _clock.Advance(TimeSpan.FromHours(4));
        Assert.Single(store.Sweep().ToChangeSet(_clock).Removed);
        Assert.Equal(0, store.Index.Count);
    }

    private DecisionStore Store(params Decision[] decisions)
    {
        var store = new DecisionStore(Severities, max: 1_000_000, _clock);
        store.Replace(TestRows.Of(decisions));
        return store;
    }

    private static IpKey Key(string address) => IpKey.From(IPAddress.Parse(address));

    private Decision? Find(DecisionIndex index, string address) =>
        index.FindStrongest(Key(address), _clock) is var row && row != 0 ? index.Held.Rows.ToDecision(row, _clock) : null;

    private string? Strongest(DecisionStore store, string address) => Find(store.Index, address)?.Type;
}
