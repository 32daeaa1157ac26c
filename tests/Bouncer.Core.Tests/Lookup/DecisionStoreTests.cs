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
        Assert.Empty(store.RemoveExpired().ToChangeSet(_clock).Removed);
        _clock.Advance(TimeSpan.FromTicks(10));
        Assert.Equal("192.0.2.7", Assert.Single(store.RemoveExpired().ToChangeSet(_clock).Removed).Value);
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
    public void Apply_OfTheSameKeyAnew_KeepsTheLaterEndAndOneDecision()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(1), id: 1, origin: "cscli"));

        store.Apply(TestRows.Of(), TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(24), id: 2, origin: "CAPI")));
        store.Apply(TestRows.Of(), TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(2), id: 3)));

        Assert.Equal(1, store.Index.Count);
        _clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.RemoveExpired();
        Assert.Equal(1, store.Index.Count);
    }

    [Fact]
    public void S3_DeletionUnderAnotherIdAndOrigin_FreesTheValue()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(24), id: 1, origin: "cscli"));

        store.Apply(TestRows.Of(_make.Make("192.0.2.7", id: 99, origin: "CAPI")), TestRows.Of());

        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Delete_OfOneType_LeavesTheOthers()
    {
        var store = Store(_make.Make("192.0.2.7", "ban"), _make.Make("192.0.2.7", "captcha"));

        store.Apply(TestRows.Of(_make.Make("192.0.2.7", "captcha")), TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply(TestRows.Of(_make.Make("192.0.2.7", "ban")), TestRows.Of());
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Delete_OfAnIpScope_LeavesTheRangeOfTheSameAddress()
    {
        var store = Store(_make.Make("192.0.2.7", scope: "ip"), _make.Make("192.0.2.7/32", scope: "range"));
        Assert.Equal(2, store.Index.Count);

        store.Apply(TestRows.Of(_make.Make("192.0.2.7", scope: "ip")), TestRows.Of());

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Delete_OfOneSpelling_LeavesAnotherRowOfTheSameAddress()
    {
        var store = Store(_make.Make("192.0.2.7", scope: "ip"), _make.Make("192.0.2.7/32", scope: "ip"));

        store.Apply(TestRows.Of(_make.Make("192.0.2.7/32", scope: "ip")), TestRows.Of());
        store.Apply(TestRows.Of(_make.Make("192.0.2.7/32", scope: "ip")), TestRows.Of());

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void Apply_DeletionAndAdditionOfOneKey_LeavesTheAddition()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(24)));

        store.Apply(TestRows.Of(_make.Make("192.0.2.7")), TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromMinutes(1))));

        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void B5_ById_AddressStaysWhileAnyDecisionLives()
    {
        var store = ById(_make.Make("192.0.2.7", id: 1), _make.Make("192.0.2.7", id: 2, lasts: TimeSpan.FromHours(9)));

        Assert.Equal(2, store.Index.Count);
        store.Apply(TestRows.Of(_make.Make("192.0.2.7", id: 2)), TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply(TestRows.Of(_make.Make("192.0.2.7", id: 77)), TestRows.Of());
        Assert.Equal("ban", Strongest(store, "192.0.2.7"));
        store.Apply(TestRows.Of(_make.Make("192.0.2.7", id: 1), _make.Make("192.0.2.7", id: 1)), TestRows.Of());
        Assert.Null(Strongest(store, "192.0.2.7"));
    }

    [Fact]
    public void B5_ById_TheLastWriteOfAnIdCounts()
    {
        var store = ById(_make.Make("192.0.2.7", id: 1));

        store.Apply(TestRows.Of(), TestRows.Of(_make.Make("192.0.2.8", id: 1), _make.Make("192.0.2.9", id: 1)));

        Assert.Null(Strongest(store, "192.0.2.7"));
        Assert.Null(Strongest(store, "192.0.2.8"));
        Assert.Equal("ban", Strongest(store, "192.0.2.9"));
        Assert.Equal(1, store.Index.Count);
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
        store.Apply(TestRows.Of(_make.Make("jane", "mfa", scope: "username")), TestRows.Of());
        Assert.Empty(store.Index.FindAll(ScopedValue.Of(DecisionScope.Username, "jane"), now));
        Assert.Equal(2, store.Index.Count);
    }

    [Fact]
    public void Apply_TellsWhatChanged()
    {
        var store = Store(_make.Make("192.0.2.7"), _make.Make("192.0.2.8"));

        var changes = store.Apply(TestRows.Of(_make.Make("192.0.2.7"), _make.Make("192.0.2.99")), TestRows.Of(_make.Make("192.0.2.9"))).ToChangeSet(_clock);

        Assert.False(changes.IsSnapshot);
        Assert.Equal("192.0.2.7", Assert.Single(changes.Removed).Value);
        Assert.Equal("192.0.2.9", Assert.Single(changes.Added).Value);
    }

    [Fact]
    public void Index_TakenBeforeAChange_StaysAsItWas()
    {
        var store = Store(_make.Make("192.0.2.7"));
        var before = store.Index;

        store.Apply(TestRows.Of(_make.Make("192.0.2.7")), TestRows.Of(_make.Make("192.0.2.8")));

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
            store.Apply(TestRows.Of(), TestRows.Of(_make.Make("192.0.2.7")));
        }

        _clock.Advance(TimeSpan.FromHours(4));
        Assert.Single(store.RemoveExpired().ToChangeSet(_clock).Removed);
        Assert.Equal(0, store.Index.Count);
    }

    private DecisionStore Store(params Decision[] decisions) => Filled(DecisionIdentity.ScopeTypeValue, decisions);

    private DecisionStore ById(params Decision[] decisions) => Filled(DecisionIdentity.Id, decisions);

    private DecisionStore Filled(DecisionIdentity identity, Decision[] decisions)
    {
        var store = new DecisionStore(identity, Severities, max: 1_000_000, _clock);
        store.Replace(TestRows.Of(decisions));
        return store;
    }

    private static IpKey Key(string address) => IpKey.From(IPAddress.Parse(address));

    private Decision? Find(DecisionIndex index, string address) =>
        index.FindStrongest(Key(address), _clock) is var row && row != 0 ? index.Held.Rows.ToDecision(row, _clock) : null;

    private string? Strongest(DecisionStore store, string address) => Find(store.Index, address)?.Type;
}
