using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Sync;

public sealed class DecisionPullerTests : IAsyncDisposable
{
    private readonly SyncFixture _sync = new();

    private ScriptedLapi Lapi => _sync.Lapi;

    private DecisionBuilder Make => _sync.Make;

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Fact]
    public async Task Pull_FirstThenNext_AsksForAllThenForTheDelta()
    {
        Lapi.Then([Make.Make("192.0.2.7")]).Then([Make.Make("192.0.2.8")], [Make.Make("192.0.2.7")]);

        var pause = await _sync.PullAsync();
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        await _sync.PullAsync();

        Assert.Equal([true, false], Lapi.Pulls);
        Assert.Equal(TimeSpan.FromSeconds(10), pause);
        Assert.Null(await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
    }

    [Theory]
    [InlineData(LapiErrorKind.Unreachable)]
    [InlineData(LapiErrorKind.Timeout)]
    [InlineData(LapiErrorKind.Forbidden)]
    [InlineData(LapiErrorKind.Redirected)]
    [InlineData(LapiErrorKind.Busy)]
    [InlineData(LapiErrorKind.Status)]
    [InlineData(LapiErrorKind.BadDocument)]
    [InlineData(LapiErrorKind.TooLarge)]
    public async Task Pull_ThatFails_KeepsTheDecisionsAndAsksForAllNext(object kind)
    {
        Lapi.Then([Make.Make("192.0.2.7")]).Then().ThenFail((LapiErrorKind)kind);
        Lapi.Then([Make.Make("192.0.2.8")]).Then().Then([Make.Make("192.0.2.8")]);

        for (var i = 0; i < 3; i++)
        {
            await _sync.PullAsync();
        }

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        Assert.Equal(1, _sync.Status.ConsecutiveFailures);
        Assert.Equal("It failed.", _sync.Status.LastError);
        Assert.Equal((LapiErrorKind)kind == LapiErrorKind.Forbidden, _sync.Status.IsAccessForbidden);

        await _sync.PullAsync();
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        await _sync.PullAsync();

        Assert.Equal([true, false, false, true, false, true], Lapi.Pulls);
        Assert.Null(await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
        Assert.Null(_sync.Status.LastError);
        Assert.False(_sync.Status.IsAccessForbidden);
    }

    [Fact]
    public async Task Pull_ThatFailsInOurOwnCode_IsRepeatedToo()
    {
        Lapi.Then([Make.Make("192.0.2.7")]).ThenBreak().Then([Make.Make("192.0.2.7")]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        await _sync.PullAsync();

        Assert.Equal([true, false, true], Lapi.Pulls);
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task B4_WholeListsThatCannotBeUsed_NeverEmptyTheStore()
    {
        Lapi.Then([Make.Make("192.0.2.7"), Make.Make("192.0.2.8")]).ThenFail();
        Lapi.Otherwise = () =>
        {
            var unusable = new UnusableDecisions();
            unusable.Add(SkipReason.Shape, id: 0, deadline: null);
            unusable.Add(SkipReason.Shape, id: 0, deadline: null);
            return ScriptedLapi.Answer(unusable: unusable);
        };

        for (var i = 0; i < 5; i++)
        {
            await _sync.PullAsync();
        }

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
        Assert.True(_sync.Status.IsDegraded);
        Assert.Equal(2, _sync.Status.DoubtedDecisions);
    }

    [Fact]
    public async Task D3_LapiDownForHours_DecisionsEndByThemselves()
    {
        Lapi.Otherwise = () => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        Lapi.Then([Make.Make("192.0.2.7", lasts: TimeSpan.FromHours(1)), Make.Make("192.0.2.8", lasts: TimeSpan.FromHours(3))]);
        await _sync.PullAsync();

        _sync.Clock.Advance(TimeSpan.FromHours(2));
        await _sync.PullAsync();

        Assert.Null(await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
        Assert.Equal(1, _sync.Store.Count);
    }

    [Fact]
    public async Task Pull_AfterTheResyncInterval_AsksForAll()
    {
        for (var i = 0; i < 6 * 30; i++)
        {
            await _sync.PullAsync();
            _sync.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(Lapi.Pulls.Count(startup => startup), 24, 33);
    }

    [Fact]
    public async Task B4_MoreThanATenthUnusable_IsDegraded()
    {
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.Address, id: 100, deadline: long.MaxValue);
        unusable.Add(SkipReason.Duration, id: 101, deadline: null);
        Lapi.Otherwise = () => ScriptedLapi.Answer([.. Enumerable.Range(0, 17).Select(i => Make.Make($"192.0.2.{i}"))], unusable: unusable);

        await _sync.PullAsync();

        Assert.Equal(2, _sync.Status.SkippedDecisions);
        Assert.True(_sync.Status.IsDegraded);
        Assert.True(_sync.Status.IsReady);
    }

    /// <summary>B4: what the whole list lacks is not back with an empty delta.</summary>
    [Fact]
    public async Task B4_WholeListUnusable_StaysDegradedUntilTheNext()
    {
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.TooWide, id: 100, deadline: long.MaxValue);
        unusable.Add(SkipReason.TooWide, id: 101, deadline: long.MaxValue);
        var isMended = false;
        Lapi.Otherwise = () => Lapi.Pulls.Last() && !isMended ? ScriptedLapi.Answer(unusable: unusable) : ScriptedLapi.Answer();

        await _sync.PullAsync();
        for (var i = 0; i < 3; i++)
        {
            await _sync.PullAsync();
            Assert.Equal(2, _sync.Status.SkippedDecisions);
            Assert.True(_sync.Status.IsDegraded);
        }

        isMended = true;
        _sync.Clock.Advance(TimeSpan.FromHours(2));
        await _sync.PullAsync();
        Assert.Equal(0, _sync.Status.SkippedDecisions);
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public void B4_UnusableOfADelta_AddsToThatOfTheList()
    {
        var list = default(UnusableCount).Add(new SyncOutcome { IsOfList = true, Unusable = 9, Listed = 100 }, BouncerMode.Stream);
        Assert.Equal(new UnusableCount(9, 100, IsMuch: false), list);
        var more = list.Add(new SyncOutcome { Unusable = 3, Listed = 5 }, BouncerMode.Stream).Add(default, BouncerMode.Stream);
        Assert.Equal(new UnusableCount(12, 105, IsMuch: true), more);
        Assert.Equal(new UnusableCount(1, 20, IsMuch: false), more.Add(new SyncOutcome { IsOfList = true, Unusable = 1, Listed = 20 }, BouncerMode.Stream));
        Assert.Equal(default, more.Add(default, BouncerMode.Live));
    }
}
