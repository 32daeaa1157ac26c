using Bouncer.Lapi;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>What a whole list newly lacks is kept until LAPI proves that it is gone.</summary>
public sealed class ListProofTests : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly SyncFixture _sync;

    public ListProofTests() => _sync = new SyncFixture(build: builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RowsGoneWithoutNotice_AreRemovedOnceLapiHasThemNoMore(bool knowsIds)
    {
        var lapi = await HoldAsync(Hosts(100), knowsIds);

        lapi.Rows.RemoveRange(10, 80);
        await PullAllAsync(lapi);

        Assert.Equal(20, _sync.Store.Count);
        Assert.False(_sync.Status.IsDegraded);
        Assert.DoesNotContain(_log.Lines, entry => entry.Level >= LogLevel.Warning && entry.Id != 1103);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 60)]
    [InlineData(true, 99)]
    [InlineData(true, 100)]
    [InlineData(false, 60)]
    [InlineData(false, 99)]
    public async Task N2_AListThatWasCut_IsContradictedAndDropsNothing(bool knowsIds, int listed)
    {
        var lapi = await HoldAsync(Hosts(100), knowsIds);

        _sync.Lapi.ThenFail().Then([.. lapi.Rows.Take(listed)]);
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(100, _sync.Store.Count);
        Assert.Equal(100 - listed, _sync.Status.DoubtedDecisions);
        Assert.Equal(listed < 100, _sync.Status.IsDegraded);
        Assert.Equal(listed < 100 ? 1 : 0, _log.Lines.Count(entry => entry.Id == 1107));

        // However often it comes so.
        for (var i = 0; i < 5; i++)
        {
            _sync.Clock.Advance(TimeSpan.FromSeconds(31));
            _sync.Lapi.Then().Then([.. lapi.Rows.Take(listed)]);
            await _sync.PullAsync();
        }

        Assert.Equal(100, _sync.Store.Count);
        Assert.Equal(listed < 100 ? 1 : 0, _log.Lines.Count(entry => entry.Id == 1107));
    }

    [Fact]
    public async Task DecisionsAtTheirEnd_CastNoDoubtOnAList()
    {
        var lapi = await HoldAsync(Hosts(100));

        // LAPI lists ten with "0s" and counts them. One of the others went without a message.
        lapi.Rows.RemoveAt(99);
        _sync.Lapi.ThenFail();
        _sync.Lapi.Otherwise = () => ScriptedLapi.Answer([.. lapi.Rows.Skip(10)]) with { Ended = [.. lapi.Rows.Take(10).Select(row => row.Id)], Count = 99 };
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(89, _sync.Store.Count);
        Assert.Equal(0, _sync.Status.DoubtedDecisions);
        Assert.DoesNotContain(_log.Lines, entry => entry.Id == 1107);
    }

    [Fact]
    public async Task N2_TheFirstListThatWasCut_IsCompletedByWhatLiesAbove()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Hosts(100));

        _sync.Lapi.Then([.. lapi.Rows.Take(30)]);
        await _sync.PullAsync();

        Assert.Equal(100, _sync.Store.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task N3_AListOfAFailingDatabase_DropsNothingEvenIfRepeated(bool knowsIds)
    {
        var lapi = await HoldAsync(Hosts(30), knowsIds);

        lapi.IsBroken = true;
        _sync.Lapi.ThenFail();
        for (var i = 0; i < 6; i++)
        {
            await _sync.PullAsync();
            _sync.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(30, _sync.Store.Count);
        Assert.Equal(6, _sync.Status.ConsecutiveFailures);
        Assert.Equal(30, _sync.Status.DoubtedDecisions);

        lapi.IsBroken = false;
        _sync.Lapi.Then();
        lapi.ThenAll();
        await _sync.PullAsync();
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
        Assert.Equal(0, _sync.Status.DoubtedDecisions);
        Assert.Equal(30, _sync.Store.Count);
    }

    [Fact]
    public async Task N3_AtTheStart_AnEmptyListIsNoFirstSynchronisation()
    {
        _ = new TableLapi(_sync.Lapi, knowsIds: true) { IsBroken = true };

        await _sync.PullAsync();

        Assert.False(_sync.Status.IsReady);
        Assert.Equal(1, _sync.Status.ConsecutiveFailures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task N3_InADelta_IsAFailureOfLapi(bool knowsIds)
    {
        var lapi = await HoldAsync(Hosts(30), knowsIds);

        lapi.IsBroken = true;
        await _sync.PullAsync();

        Assert.Equal(1, _sync.Status.ConsecutiveFailures);
        Assert.Equal(30, _sync.Store.Count);
    }

    [Fact]
    public async Task AnAnswerThatCannotBeRead_ProvesNothing()
    {
        var lapi = await HoldAsync(Hosts(3), knowsIds: false);
        var answer = _sync.Lapi.List;
        _sync.Lapi.List = selection =>
        {
            var unusable = new UnusableDecisions();
            unusable.Add(SkipReason.Shape, id: 0, deadline: null);
            return selection.AboveId is null ? new ListAnswer(TestRows.Of(), unusable, 1) : answer(selection);
        };

        await PullAllAsync(lapi, []);

        Assert.Equal(3, _sync.Store.Count);
    }

    [Fact]
    public async Task DecisionsThatAreListedAsUnusable_StayAsTheyWere()
    {
        var lapi = await HoldAsync(Hosts(2));

        _sync.Lapi.ThenFail();
        await _sync.PullAsync();
        _sync.Lapi.Otherwise = () =>
        {
            var unusable = new UnusableDecisions();
            unusable.Add(SkipReason.Address, id: 1, deadline: long.MaxValue);
            return ScriptedLapi.Answer([lapi.Rows[1]], unusable: unusable);
        };
        await _sync.PullAsync();

        Assert.Equal(2, _sync.Store.Count);
    }

    [Fact]
    public async Task B15_AShortListThatEndedDecisionsExplain_IsAccepted()
    {
        var many = Enumerable.Range(0, 300).Select(i => _sync.Make.Make($"10.0.{i / 256}.{i % 256}", lasts: TimeSpan.FromMinutes(1))).ToArray();
        _sync.Lapi.Then(many).ThenFail().Then([_sync.Make.Make("192.0.2.1")]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        _sync.Clock.Advance(TimeSpan.FromMinutes(2));
        await _sync.PullAsync();

        Assert.Equal(["192.0.2.1"], _sync.Store.Enumerate().Select(d => d.Value));
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task B15_AShortListWhoseDeletionsExplainIt_IsAccepted()
    {
        var all = Hosts(300);
        _sync.Lapi.Then(all).ThenFail().Then([.. all.Take(1)], [.. all.Skip(1)]);

        await _sync.PullAsync();
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(1, _sync.Store.Count);
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task B14_DatabaseWiped_WhatIsGoneIsRemoved_AndIdsMayBeginAgain()
    {
        var lapi = await HoldAsync(Hosts(5));

        lapi.Rows.Clear();
        lapi.Rows.Add(_sync.Make.Make("192.0.2.9", id: 1));
        await PullAllAsync(lapi);

        Assert.Equal(["192.0.2.9"], _sync.Store.Enumerate().Select(d => d.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    public async Task ALapiThatCannotBeQueried_IsAcceptedTheSecondTime(int gone)
    {
        var hosts = Hosts(gone + 1);
        _sync.Lapi.Then(hosts).ThenFail();
        await _sync.PullAsync();
        await _sync.PullAsync();
        _sync.Lapi.Then(hosts[..1]);
        var pause = await _sync.PullAsync();

        Assert.Equal(gone + 1, _sync.Store.Count);
        Assert.Equal(gone, _sync.Status.DoubtedDecisions);
        Assert.InRange(pause, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

        _sync.Lapi.Then().Then(hosts[..1]);
        await _sync.PullAsync();
        Assert.Equal(1, _sync.Store.Count);
        Assert.Equal(0, _sync.Status.DoubtedDecisions);
        Assert.Equal([true, false, true, false, true], _sync.Lapi.Pulls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    public async Task ALapiThatCannotBeQueried_AndListsWhatAFailingDatabaseWould_IsAcceptedAfterAMinute(int listed)
    {
        var hosts = Hosts(30_100);
        _sync.Lapi.Then(hosts).ThenFail();
        await _sync.PullAsync();
        await _sync.PullAsync();
        _sync.Lapi.Then(hosts[..listed]);
        await _sync.PullAsync();

        for (var i = 0; i < 5; i++)
        {
            _sync.Clock.Advance(TimeSpan.FromSeconds(10));
            _sync.Lapi.Then().Then(hosts[..listed]);
            await _sync.PullAsync();
            Assert.Equal(30_100, _sync.Store.Count);
        }

        _sync.Clock.Advance(TimeSpan.FromSeconds(31));
        _sync.Lapi.Then().Then(hosts[..listed]);
        await _sync.PullAsync();
        Assert.Equal(listed, _sync.Store.Count);
    }

    /// <summary>Of what a list lacks, one is alive, which samples hardly meet; the count tells.</summary>
    [Fact]
    public async Task N2_AListThatLacksAFew_KeepsThoseThatLapiHas_AndLetsTheOthersGo()
    {
        var hosts = Hosts(5_000);
        var lapi = await HoldAsync(hosts);

        var isListed = hosts.Take(1_000).ToArray();
        lapi.Rows.RemoveAll(row => row.Id > 1_000 && row.Id != 3_000);
        for (var i = 0; i < 3; i++)
        {
            _sync.Lapi.ThenFail().Then(isListed);
            await _sync.PullAsync();
            await _sync.PullAsync();
            Assert.Equal(1_001, _sync.Store.Count);
            Assert.Equal(1, _sync.Status.DoubtedDecisions);
        }
    }

    /// <summary>LAPI counts what it does not list, or the other way round: more lists explain nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task ALapiThatCountsOtherwiseThanItLists_IsListedMoreAndMoreRarely(int more)
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        var listed = Hosts(100);
        lapi.Rows.AddRange(more > 0 ? listed : listed[..^1]);
        if (more > 0)
        {
            lapi.Rows.Insert(0, listed[0]);
        }

        _sync.Lapi.Whole(() => listed);
        for (var i = 0; i < 360; i++)
        {
            await _sync.PullAsync();
            _sync.Clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(_sync.Lapi.Pulls.Count(startup => startup), 3, 16);
        Assert.Equal(100, _sync.Store.Count);
        Assert.True(_sync.Status.IsDegraded);
        Assert.Single(_log.Lines, entry => entry.Id == 1107);

        // The count is right again.
        lapi.Rows.Clear();
        lapi.Rows.AddRange(listed);
        for (var i = 0; i < 3; i++)
        {
            await _sync.PullAsync();
        }

        Assert.False(_sync.Status.IsDegraded);
    }

    /// <summary>What goes in poll after poll is explained by each list, and casts no doubt.</summary>
    [Fact]
    public async Task RowsThatGoSilentlyAgainAndAgain_AreRemovedAsBefore()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Hosts(1_000));
        _sync.Lapi.Whole(() => [.. lapi.Rows]);
        await _sync.PullAsync();
        for (var i = 0; i < 60; i++)
        {
            lapi.Rows.RemoveAt(0);
            _sync.Clock.Advance(await _sync.PullAsync());
            Assert.InRange(_sync.Store.Count - lapi.Rows.Count, 0, 3);
        }

        await PollAsync(2);
        Assert.Equal(lapi.Rows.Count, _sync.Store.Count);
        Assert.DoesNotContain(_log.Lines, entry => entry.Id == 1107);
    }

    /// <summary>A list that is wanted for another reason does not wait for that.</summary>
    [Fact]
    public async Task ALapiThatCountsOtherwiseThanItLists_DelaysNoListThatIsNeeded()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        List<Decision> listed = [.. Hosts(100)];
        lapi.Rows.AddRange([listed[0], .. listed]);
        _sync.Lapi.Whole(() => listed);
        await PollAsync(240);
        lapi.Rows.RemoveAll(row => row.Id == 50);
        listed.RemoveAll(row => row.Id == 50);
        _sync.Lapi.ThenFail(LapiErrorKind.BadDocument);
        await PollAsync(2);
        Assert.Equal(99, _sync.Store.Count);
    }

    /// <summary>A question that is not answered says nothing about the count.</summary>
    [Fact]
    public async Task ALapiThatCountsOtherwiseThanItLists_AndDoesNotAlwaysAnswer_IsListedMoreAndMoreRarely()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        var listed = Hosts(100);
        lapi.Rows.AddRange([listed[0], .. listed]);
        var answer = _sync.Lapi.List;
        _sync.Lapi.Whole(() => listed);
        for (var i = 0; i < 360; i++)
        {
            _sync.Lapi.List = i % 12 == 11 ? _ => throw new LapiException(LapiErrorKind.Busy, "Later.") { RetryAfter = TimeSpan.FromSeconds(15) } : answer;
            await PollAsync(1);
        }

        Assert.InRange(_sync.Lapi.Pulls.Count(startup => startup), 3, 40);
        Assert.Single(_log.Lines, entry => entry.Id == 1107);
    }

    [Fact]
    public async Task ASlowFirstListWhoseLaterDeltaFails_IsEnforcedAndNotPulledWithoutEnd()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Hosts(100));
        _sync.Lapi.Otherwise = () =>
        {
            if (!_sync.Lapi.Pulls.Last())
            {
                throw new LapiException(LapiErrorKind.Busy, "Later.");
            }

            _sync.Clock.Advance(TimeSpan.FromSeconds(50));
            return ScriptedLapi.Answer([.. lapi.Rows]);
        };
        for (var i = 0; i < 10; i++)
        {
            _sync.Clock.Advance(await _sync.PullAsync());
            Assert.True(_sync.Status.IsReady);
        }

        Assert.InRange(_sync.Lapi.Pulls.Count(startup => startup), 1, 4);
    }

    /// <summary>Whole lists fail at once, and deltas would work.</summary>
    [Fact]
    public async Task AListThatFails_StopsNoDelta_AndIsLoggedOnce()
    {
        var lapi = await HoldAsync(Hosts(100));
        _sync.Lapi.ThenFail();
        await PollAsync(1);
        _sync.Lapi.Pulls.Clear();
        _sync.Lapi.Otherwise = () => _sync.Lapi.Pulls.Last() ? throw new LapiException(LapiErrorKind.Timeout, "Too long.") : ScriptedLapi.Answer();
        await PollAsync(30);

        Assert.Equal(29, _sync.Lapi.Pulls.Count(startup => !startup));
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
        Assert.Contains("Too long.", _sync.Status.LastError, StringComparison.Ordinal);
        Assert.Single(_log.Lines, entry => entry.Id == 1127);

        _sync.Lapi.Whole(() => [.. lapi.Rows]);
        await PollAsync(4);
        Assert.Null(_sync.Status.LastError);
    }

    /// <summary>LAPI contradicts a list in between.</summary>
    [Fact]
    public async Task N2_AContradictionBetweenRefusals_ConfirmsNothing()
    {
        var hosts = Hosts(100);
        var lapi = await HoldAsync(hosts);
        var answer = _sync.Lapi.List;
        _sync.Lapi.Whole(() => hosts[..50]);
        _sync.Lapi.ThenFail();
        for (var i = 0; i < 20; i++)
        {
            _sync.Lapi.List = i % 2 == 0 ? _ => throw new LapiException(LapiErrorKind.NotFound, "Not offered.") : answer;
            await PollAsync(1, TimeSpan.FromMinutes(2));
            Assert.Equal(100, _sync.Store.Count);
        }
    }

    [Fact]
    public async Task N2_AContradictionThatCannotBeReadWhole_KeepsAll()
    {
        var hosts = Hosts(100);
        var lapi = await HoldAsync(hosts);
        var answer = _sync.Lapi.List;
        _sync.Lapi.List = selection =>
        {
            var given = answer(selection);
            if (selection is not { Value: null, Limit: null, AboveId: < 80 })
            {
                return given;
            }

            var unusable = new UnusableDecisions();
            unusable.Add(SkipReason.Shape, id: 0, deadline: null);
            return new ListAnswer(given.Rows, unusable, given.Count);
        };
        _sync.Lapi.Whole(() => hosts[50..]);
        _sync.Lapi.ThenFail();
        for (var i = 0; i < 8; i++)
        {
            await PollAsync(1, TimeSpan.FromMinutes(2));
            Assert.Equal(100, _sync.Store.Count);
        }
    }

    /// <summary>LAPI asks for a pause, and a pull of megabytes in place of each question would be none.</summary>
    [Fact]
    public async Task QuestionsThatAreToWait_BringNoWholeLists()
    {
        var lapi = await HoldAsync(Hosts(100));
        _sync.Lapi.List = _ => throw new LapiException(LapiErrorKind.Busy, "Later.") { RetryAfter = TimeSpan.FromSeconds(50) };
        var next = 101;
        _sync.Lapi.Otherwise = () =>
        {
            if (!_sync.Lapi.Pulls.Last())
            {
                lapi.Rows.Add(_sync.Make.Make($"11.0.0.{next}", id: next++));
                return ScriptedLapi.Answer([lapi.Rows[^1]]);
            }

            return ScriptedLapi.Answer([.. lapi.Rows]);
        };
        _sync.Lapi.Pulls.Clear();
        _sync.Lapi.Questions.Clear();
        await PollAsync(30);
        Assert.InRange(_sync.Lapi.Pulls.Count(startup => startup), 0, 1);
        Assert.InRange(_sync.Lapi.Questions.Count, 5, 7);
    }

    /// <summary>A LAPI, or a proxy before it, that takes pulls and no questions: too many requests, or a question that takes too long.</summary>
    [Theory]
    [InlineData(LapiErrorKind.Busy, true)]
    [InlineData(LapiErrorKind.Timeout, true)]
    [InlineData(LapiErrorKind.Internal, false)]
    internal async Task AQuestionThatFails_DelaysNoDelta(LapiErrorKind kind, bool isSuccess)
    {
        var lapi = await HoldAsync(Hosts(50));
        _sync.Lapi.List = _ => throw new LapiException(kind, "No answer.");
        _sync.Lapi.Questions.Clear();
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(10), await _sync.PullAsync());
            _sync.Clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(isSuccess, _sync.Status.ConsecutiveFailures == 0);
            Assert.Contains("No answer.", _sync.Status.LastError, StringComparison.Ordinal);
        }

        // Questions are asked ever more rarely, and one log line says why.
        Assert.InRange(_sync.Lapi.Questions.Count, 3, 15);
        Assert.Equal(1, _log.Lines.Count(entry => entry.Level >= LogLevel.Warning && entry.Id is 1103 or 1114));

        // A delta that has news is right, whatever else fails.
        _sync.Lapi.Then([_sync.Make.Make("192.0.2.9", id: 51)]);
        await _sync.PullAsync();
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.9"));
    }

    [Fact]
    public async Task ADoubtThatShrinksAsDecisionsEnd_IsLoggedOnce()
    {
        var lapi = await HoldAsync(Enumerable.Range(1, 20).Select(i => _sync.Make.Make($"192.0.2.{i}", id: i, lasts: TimeSpan.FromMinutes(i))));
        lapi.IsBroken = true;
        _sync.Lapi.ThenFail();
        for (var i = 0; i < 6; i++)
        {
            await _sync.PullAsync();
            _sync.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.InRange(_sync.Status.DoubtedDecisions, 1, 12);
        Assert.Single(_log.Lines, entry => entry.Id == 1107);
    }

    [Fact]
    public async Task N1_AfterAFirstQuestionThatFails_TheWholeTableIsNotAskedFor()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true) { IsBroken = true };
        lapi.Rows.AddRange(Hosts(100));
        lapi.ThenAll();
        await _sync.PullAsync();
        lapi.IsBroken = false;
        _sync.Lapi.Questions.Clear();
        for (var i = 0; i < 4; i++)
        {
            _sync.Clock.Advance(TimeSpan.FromSeconds(2));
            await _sync.PullAsync();
        }

        Assert.NotEmpty(_sync.Lapi.Questions);
        Assert.DoesNotContain(_sync.Lapi.Questions, question => question is { AboveId: 0, Limit: null });
    }

    /// <summary>LAPI answers 403 while its database fails, and lists nothing to the requests that pass.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task N3_ARefusalThatPasses_ConfirmsNoList(int listed)
    {
        var hosts = Hosts(50);
        await HoldAsync(hosts);
        _sync.Lapi.List = _ => throw new LapiException(LapiErrorKind.Forbidden, "Access forbidden.");
        for (var i = 0; i < 10; i++)
        {
            _sync.Lapi.ThenFail().Then(hosts[..listed]);
            await _sync.PullAsync();
            await _sync.PullAsync();
            _sync.Clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(50, _sync.Store.Count);
        }
    }

    [Fact]
    public async Task ALapiThatCannotBeQueried_AndListsJustAPageOfItsDatabase_IsQueriedAgain()
    {
        _sync.Lapi.Then(Hosts(30_000));

        await _sync.PullAsync();
        Assert.True(_sync.Status.IsDegraded);
        Assert.Equal(30_000, _sync.Store.Count);

        _sync.Clock.Advance(TimeSpan.FromSeconds(5));
        _sync.Lapi.Then().Then(Hosts(50_000));
        await _sync.PullAsync();
        Assert.False(_sync.Status.IsDegraded);
        Assert.Equal(50_000, _sync.Store.Count);
    }

    /// <summary>A LAPI whose decisions are held after one poll.</summary>
    private async Task<TableLapi> HoldAsync(IEnumerable<Decision> rows, bool knowsIds = true)
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds);
        lapi.Rows.AddRange(rows);
        lapi.ThenAll();
        await _sync.PullAsync();
        return lapi;
    }

    /// <summary>Polls at the pace of the settings.</summary>
    private async Task PollAsync(int polls, TimeSpan? interval = null)
    {
        for (var i = 0; i < polls; i++)
        {
            await _sync.PullAsync();
            _sync.Clock.Advance(interval ?? TimeSpan.FromSeconds(10));
        }
    }

    private Decision[] Hosts(int count) => [.. Enumerable.Range(1, count).Select(i => _sync.Make.Make($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", id: i))];

    /// <summary>A poll that asks for the whole list, as after a failure.</summary>
    private async Task PullAllAsync(TableLapi lapi, IReadOnlyList<Decision>? list = null)
    {
        _sync.Lapi.ThenFail();
        await _sync.PullAsync();
        _sync.Lapi.Then(list ?? [.. lapi.Rows]);
        await _sync.PullAsync();
    }
}
