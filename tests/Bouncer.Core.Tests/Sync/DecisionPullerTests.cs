using Bouncer.Lapi;
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
        Lapi.Then([Make.Make("192.0.2.7")]).Then().ThenFail((LapiErrorKind)kind).Then([Make.Make("192.0.2.8")]).Then();

        for (var i = 0; i < 3; i++)
        {
            await _sync.PullAsync();
        }

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        Assert.Equal(1, _sync.Status.ConsecutiveFailures);
        Assert.Equal("It failed.", _sync.Status.LastError);
        Assert.Equal((LapiErrorKind)kind == LapiErrorKind.Forbidden, _sync.Status.IsAccessForbidden);

        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal([true, false, false, true, false], Lapi.Pulls);
        Assert.Null(await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
        Assert.Null(_sync.Status.LastError);
        Assert.False(_sync.Status.IsAccessForbidden);
    }

    [Fact]
    public async Task Pull_ThatBreaksInOurOwnCode_GoesOnToo()
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
        var unusable = new SkippedDecisions();
        unusable.Add(SkipReason.Shape);
        Lapi.Otherwise = () => ScriptedLapi.Answer(skipped: unusable);

        for (var i = 0; i < 5; i++)
        {
            await _sync.PullAsync();
        }

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.8"));
        Assert.Equal(4, _sync.Status.ConsecutiveFailures);
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
    public async Task B14_DatabaseWiped_TheNextFullListReplaces()
    {
        Lapi.Then([Make.Make("192.0.2.7"), Make.Make("192.0.2.8")]).ThenFail().Then([Make.Make("192.0.2.9", id: 1)]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(["192.0.2.9"], _sync.Store.Enumerate().Select(d => d.Value));
    }

    [Fact]
    public async Task B15_MuchShorterList_IsDoubtedAndConfirmedByASecond()
    {
        var many = Enumerable.Range(0, 300).Select(i => Make.Make($"10.0.{i / 256}.{i % 256}")).ToArray();
        Lapi.Then(many).ThenFail().Then([.. many.Take(20), Make.Make("192.0.2.1")]).Then([.. many.Take(21)]).Then();

        await _sync.PullAsync();
        await _sync.PullAsync();
        var pause = await _sync.PullAsync();

        Assert.Equal(301, _sync.Store.Count);
        Assert.True(_sync.Status.IsDegraded);
        Assert.InRange(pause, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.1"));

        await _sync.PullAsync();
        Assert.Equal(21, _sync.Store.Count);
        Assert.False(_sync.Status.IsDegraded);
        await _sync.PullAsync();
        Assert.Equal([true, false, true, true, false], Lapi.Pulls);

        // Two lists may be cut alike: the whole is asked for again soon.
        _sync.Clock.Advance(TimeSpan.FromMinutes(1.1));
        await _sync.PullAsync();
        Assert.True(Lapi.Pulls.Last());
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, true)]
    [InlineData(10, 5, false)]
    [InlineData(10, 4, true)]
    [InlineData(0, 0, false)]
    public async Task B15_LessThanHalf_IsDoubtedHoweverFew(int held, int listed, bool isDoubted)
    {
        var many = Enumerable.Range(0, held).Select(i => Make.Make($"10.0.0.{i}")).ToArray();
        Lapi.Then(many).ThenFail().Then([.. many.Take(listed)]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(isDoubted, _sync.Status.IsDegraded);
        Assert.Equal(isDoubted ? held : listed, _sync.Store.Count);
    }

    [Fact]
    public async Task B15_ShorterStillAtTheSecondPull_IsDoubtedAgain()
    {
        var many = Enumerable.Range(0, 3000).Select(i => Make.Make($"10.0.{i / 256}.{i % 256}")).ToArray();
        Lapi.Then(many).ThenFail().Then([.. many.Take(1000)]).Then([]).Then(many);

        for (var i = 0; i < 4; i++)
        {
            await _sync.PullAsync();
        }

        Assert.Equal(3000, _sync.Store.Count);
        await _sync.PullAsync();
        Assert.Equal(3000, _sync.Store.Count);
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task B15_AShortListThatEndedDecisionsExplain_IsBelieved()
    {
        var many = Enumerable.Range(0, 300).Select(i => Make.Make($"10.0.{i / 256}.{i % 256}", lasts: TimeSpan.FromMinutes(1))).ToArray();
        Lapi.Then(many).ThenFail().Then([Make.Make("192.0.2.1")]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        _sync.Clock.Advance(TimeSpan.FromMinutes(2));
        await _sync.PullAsync();

        Assert.Equal(["192.0.2.1"], _sync.Store.Enumerate().Select(d => d.Value));
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task B4_MoreThanATenthUnusable_IsDegraded()
    {
        var skipped = new SkippedDecisions();
        skipped.Add(SkipReason.Address);
        skipped.Add(SkipReason.Duration);
        Lapi.Otherwise = () => ScriptedLapi.Answer([.. Enumerable.Range(0, 17).Select(i => Make.Make($"192.0.2.{i}"))], skipped: skipped);

        await _sync.PullAsync();

        Assert.Equal(2, _sync.Status.SkippedDecisions);
        Assert.True(_sync.Status.IsDegraded);
        Assert.True(_sync.Status.IsReady);
    }
}
