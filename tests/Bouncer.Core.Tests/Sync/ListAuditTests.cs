using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>What deltas leave out is found by small questions.</summary>
public sealed class ListAuditTests : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly SyncFixture _sync;

    public ListAuditTests() => _sync = new SyncFixture(build: builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Theory]
    [InlineData(true, 5)]
    [InlineData(true, 500)]
    [InlineData(false, 5)]
    [InlineData(false, 500)]
    public async Task N1_ADecisionThatNoDeltaBrings_IsFoundWithinTwoPolls(bool knowsIds, int held)
    {
        var lapi = await StartAsync(knowsIds, held);

        // 1.4.6 tells single ones of origins that have few.
        lapi.Rows.Add(_sync.Make.Make("192.0.2.7", id: held + 1));
        await PollAsync(2);

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
        Assert.True(!knowsIds || _sync.Lapi.Pulls.Count(startup => startup) == 1);
    }

    [Theory]
    [InlineData(true, 5, 1)]
    [InlineData(true, 500, 1)]
    [InlineData(true, 500, 500)]
    [InlineData(false, 5, 1)]
    [InlineData(false, 500, 500)]
    public async Task RowsGoneWithoutNotice_AreRemoved(bool knowsIds, int held, int gone)
    {
        var lapi = await StartAsync(knowsIds, held);

        lapi.Rows.RemoveRange(held - gone, gone);
        for (var i = 0; i < 3; i++)
        {
            // A whole list comes after two deltas, if it is asked for.
            _sync.Lapi.Whole(() => [.. lapi.Rows]);
            await PollAsync(1);
        }

        Assert.Equal(held - gone, _sync.Store.Count);
        Assert.Null(_sync.Status.LastError);
        Assert.False(_sync.Status.IsDegraded);
    }

    /// <summary>Whatever the questions' turn is; a poll whose question is not answered does not count.</summary>
    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public async Task N1_OneRowGoneOrCommittedLate_IsNoticedWithinTwoPolls(bool isOneGone, bool isOneLate, bool isOnceUnanswered)
    {
        for (var turn = 0; turn < 32; turn++)
        {
            await using var sync = new SyncFixture();
            var lapi = new TableLapi(sync.Lapi, knowsIds: true);
            lapi.Rows.AddRange(Enumerable.Range(1, 100).Where(id => id != LateId(isOneGone)).Select(id => sync.Make.Make($"10.0.0.{id}", id: id)));
            sync.Lapi.Whole(() => [.. lapi.Rows]);
            for (var poll = 0; poll <= turn; poll++)
            {
                await sync.PullAsync();
                sync.Clock.Advance(TimeSpan.FromSeconds(10));
            }

            if (isOneGone)
            {
                lapi.Rows.RemoveAt(4);
            }

            if (isOneLate)
            {
                lapi.Rows.Add(sync.Make.Make("10.0.0.200", id: LateId(isOneGone)));
            }

            for (var poll = 0; poll < 2; poll++)
            {
                await sync.PullAsync();
                sync.Clock.Advance(TimeSpan.FromSeconds(10));
                if (isOnceUnanswered && poll == 0)
                {
                    await PullUnansweredAsync(sync);
                }
            }

            Assert.Equal(lapi.Rows.Select(row => row.Id).Order(), sync.Store.Enumerate().Select(row => row.Id).Order());
        }
    }

    /// <summary>Beside one that went, one that came late shows by its id alone, which must be above those asked about.</summary>
    private static long LateId(bool isOneGone) => isOneGone ? 97 : 10;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task N1_AQuestionThatIsNotAnswered_KeepsItsTurnBefore15(int turn)
    {
        var lapi = await StartAsync(knowsIds: false, 500);
        await PollAsync(turn);
        lapi.Rows.Add(_sync.Make.Make("192.0.2.7", id: 501));
        await PollAsync(1);
        await PullUnansweredAsync(_sync);
        await PollAsync(1);

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
    }

    /// <summary>One kind of question that always fails holds up none of another kind.</summary>
    [Fact]
    public async Task N1_ANumberThatCannotBeHad_DoesNotHoldUpTheIds()
    {
        var lapi = await StartAsync(knowsIds: true, 500);
        FailAt(selection => selection.Limit is not null);
        for (var id = 501; id < 505; id++)
        {
            lapi.Rows.Add(_sync.Make.Make($"192.0.2.{id - 500}", id: id));
            await PollAsync(4);
            Assert.Equal("ban", await _sync.AskAsync($"192.0.2.{id - 500}"));
        }

        Assert.Single(_sync.Lapi.Pulls, startup => startup);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task N1_AQuestionThatAlwaysFailsBefore15_DoesNotHoldUpTheOther(bool failsAtOrigins)
    {
        await StartAsync(knowsIds: false, 500);
        FailAt(selection => selection.Origins is not null == failsAtOrigins);
        _sync.Lapi.Questions.Clear();
        await PollAsync(12);
        Assert.True(_sync.Lapi.Questions.Count(selection => selection.Origins is not null != failsAtOrigins) > 2);
    }

    [Fact]
    public async Task AQuietPoll_IsADeltaAndOneQuestion()
    {
        await StartAsync(knowsIds: true, 500);
        _sync.Lapi.Questions.Clear();
        _sync.Lapi.Pulls.Clear();

        await PollAsync(10);

        Assert.Equal(10, _sync.Lapi.Pulls.Count);
        Assert.Equal(10, _sync.Lapi.Questions.Count);
        Assert.InRange(_sync.Lapi.Questions.Count(question => question is { AboveId: 500, Limit: null }), 4, 5);
        Assert.Equal(5, _sync.Lapi.Questions.Count(question => question is { AboveId: null, Limit: 2 }));
    }

    [Fact]
    public async Task AQuietPollOfAnOldLapi_IsADeltaAndOneQuestion()
    {
        await StartAsync(knowsIds: false, 500);
        _sync.Lapi.Questions.Clear();
        _sync.Lapi.Pulls.Clear();

        // Less than the minute after which a short list is pulled whole.
        await PollAsync(4);

        Assert.Equal(4, _sync.Lapi.Pulls.Count);
        Assert.Equal(4, _sync.Lapi.Questions.Count);
        Assert.Equal(2, _sync.Lapi.Questions.Count(question => question.Origins?.Contains("crowdsec") == true && !question.Origins.Contains("lists")));
        Assert.Equal(2, _sync.Lapi.Questions.Count(question => question.Value is not null));
    }

    [Fact]
    public async Task OneThatWentAndOneThatCameUnseen_DoNotMakeUpForEachOther()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Enumerable.Range(1, 500).Select(i => _sync.Make.Make($"10.0.{i / 256}.{i % 256}", id: 2 * i)));
        lapi.ThenAll();
        await _sync.PullAsync();
        _sync.Lapi.Whole(() => [.. lapi.Rows]);

        // Far below the ids that are asked about. Fewer polls than there are between two whole lists.
        lapi.Rows.RemoveAt(400);
        lapi.Rows.Insert(100, _sync.Make.Make("192.0.2.7", id: 201));
        for (var i = 0; i < 300 && await _sync.AskAsync("192.0.2.7") is null; i++)
        {
            await PollAsync(1);
        }

        Assert.Equal("ban", await _sync.AskAsync("192.0.2.7"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R9_AnEndThatMovedWithoutNotice_IsNoGapOfMoreThanAPoll(bool knowsIds)
    {
        var lapi = await StartAsync(knowsIds, 500, lasts: TimeSpan.FromSeconds(35), ending: 1);

        await PollAsync(3);
        lapi.Rows[^1] = _sync.Make.Make(lapi.Rows[^1].Value, lasts: TimeSpan.FromHours(1), id: lapi.Rows[^1].Id, origin: "lists");
        await PollAsync(1);

        Assert.Equal("ban", await _sync.AskAsync(lapi.Rows[^1].Value));
        Assert.Single(_sync.Lapi.Pulls, startup => startup);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R9_ManyEndsThatMovedWithoutNotice_AreNoGap(bool knowsIds)
    {
        var lapi = await StartAsync(knowsIds, 500, lasts: TimeSpan.FromSeconds(35), ending: 300);
        _sync.Lapi.Whole(() => [.. lapi.Rows]);
        for (var i = 200; i < 500; i++)
        {
            lapi.Rows[i] = _sync.Make.Make(lapi.Rows[i].Value, lasts: TimeSpan.FromHours(1), id: lapi.Rows[i].Id, origin: "lists");
        }

        for (var second = 0; second < 60; second++)
        {
            if (second % 10 == 0)
            {
                await _sync.PullAsync();
            }

            _sync.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("ban", await _sync.AskAsync(lapi.Rows[400].Value));
        }
    }

    [Fact]
    public async Task AnEndThatIsListed_IsNotAskedAbout()
    {
        var lapi = await StartAsync(knowsIds: true, 500, lasts: TimeSpan.FromSeconds(25), ending: 1);
        var ended = lapi.Rows[^1];
        await PollAsync(1);
        lapi.Rows.Remove(ended);
        _sync.Lapi.Questions.Clear();
        _sync.Lapi.Then([], [ended]);

        await PollAsync(1);

        Assert.DoesNotContain(_sync.Lapi.Questions, question => question.Value is not null);
        Assert.Equal(499, _sync.Store.Count);
    }

    [Theory]
    [InlineData(true, LapiAbility.Ids)]
    [InlineData(false, LapiAbility.Values)]
    public async Task WhatLapiCanBeAsked_IsFoundOut(bool knowsIds, object ability)
    {
        await StartAsync(knowsIds, 5);

        Assert.Equal((LapiAbility)ability, _sync.Get<LapiQuestions>().Ability);
    }

    [Fact]
    public async Task ALapiThatIsReplacedByAnOlder_HasItsAbilitiesDeterminedAgain()
    {
        var lapi = await StartAsync(knowsIds: true, 5);
        var older = new TableLapi(_sync.Lapi, knowsIds: false);
        older.Rows.AddRange(lapi.Rows);

        await PollAsync(3);

        Assert.Equal(LapiAbility.Values, _sync.Get<LapiQuestions>().Ability);
        Assert.Equal(5, _sync.Store.Count);
    }

    [Fact]
    public async Task ALapiThatAnswersNoQuestions_IsReportedOnce()
    {
        _sync.Lapi.Then([_sync.Make.Make("192.0.2.1", id: 1)]);
        await _sync.PullAsync();
        await PollAsync(5);

        Assert.Single(_log.Lines, entry => entry.Id == 1114 && entry.Level == LogLevel.Warning);
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task R10_ASharedKey_IsSaidByStatusHealthAndLog()
    {
        var lapi = await StartAsync(knowsIds: true, 5);
        for (var id = 6; id < 20; id++)
        {
            lapi.Rows.Add(_sync.Make.Make($"192.0.2.{id}", id: id));
            await PollAsync(2);
            Assert.Equal("ban", await _sync.AskAsync($"192.0.2.{id}"));
        }

        Assert.True(_sync.Status.IsKeyShared);
        Assert.True(_sync.Status.IsDegraded);
        Assert.Contains("same key", _sync.Status.LastError, StringComparison.Ordinal);
        Assert.Single(_log.Lines, entry => entry.Id == 1115 && entry.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task UnusableDecisions_AreCountedAsLapiCountsThem()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Enumerable.Range(1, 50).Select(i => _sync.Make.Make($"10.0.0.{i}", id: i)));
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.Address, id: 50, deadline: long.MaxValue);
        _sync.Lapi.Otherwise = () => _sync.Lapi.Pulls.Last() ? ScriptedLapi.Answer([.. lapi.Rows.Take(49)], unusable: unusable) : ScriptedLapi.Answer();
        await _sync.PullAsync();

        await PollAsync(6);

        Assert.Single(_sync.Lapi.Pulls, startup => startup);
    }

    [Fact]
    public async Task OneThatWentAboveTheIdsSeen_IsNotMadeUpForByOneThatCameBelow()
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds: true);
        lapi.Rows.AddRange(Enumerable.Range(1, 50).Where(id => id != 20).Select(id => _sync.Make.Make($"10.0.0.{id}", id: id)));
        lapi.ThenAll();
        await _sync.PullAsync();
        var above = Enumerable.Range(60, 9).Select(id => _sync.Make.Make($"10.0.0.{id}", id: id)).ToArray();
        lapi.Rows.AddRange(above);
        _sync.Lapi.Then(above);
        await _sync.PullAsync();
        _sync.Lapi.Whole(() => [.. lapi.Rows]);

        lapi.Rows.Remove(above[0]);
        lapi.Rows.Insert(19, _sync.Make.Make("10.0.0.20", id: 20));
        await PollAsync(2);

        Assert.Null(await _sync.AskAsync("10.0.0.60"));
        Assert.Equal("ban", await _sync.AskAsync("10.0.0.20"));
    }

    [Fact]
    public async Task ARowGoneWithoutNotice_IsRemovedWhileOthersEnd()
    {
        var lapi = await StartAsync(knowsIds: true, 50);
        lapi.Rows.AddRange(Enumerable.Range(1, 10).Select(poll =>
            _sync.Make.Make($"192.0.2.{poll}", id: 100 + poll, lasts: TimeSpan.FromSeconds((10 * poll) + 1))));
        _sync.Lapi.Then([.. lapi.Rows.Skip(50)]);
        await _sync.PullAsync();

        // At each poll another is about to end, and the one before has just been listed.
        lapi.Rows.RemoveAt(20);
        for (var poll = 1; poll <= 4; poll++)
        {
            var ended = lapi.Rows.FindAll(row => row.Id == 99 + poll);
            lapi.Rows.RemoveAll(ended.Contains);
            _sync.Lapi.Otherwise = () => _sync.Lapi.Pulls.Last() ? ScriptedLapi.Answer([.. lapi.Rows]) : ScriptedLapi.Answer([], ended);
            await PollAsync(1);
        }

        Assert.Null(await _sync.AskAsync("10.0.0.21"));
    }

    [Fact]
    public async Task OneThatEndsBetweenADeltaAndTheQuestions_IsNoDifference()
    {
        var lapi = await StartAsync(knowsIds: true, 50);
        for (var id = 51; id < 60; id++)
        {
            var last = _sync.Make.Make($"192.0.2.{id}", id: id, lasts: TimeSpan.FromSeconds(11));
            lapi.Rows.Add(last);
            _sync.Lapi.Then([last]);
            await _sync.PullAsync();

            // It ended after the delta was made; the next one lists it.
            lapi.Rows.Remove(last);
            await PollAsync(1);
            _sync.Lapi.Then([], [last]);
            await PollAsync(1);
        }

        Assert.Single(_sync.Lapi.Pulls, startup => startup);
    }

    private async Task<TableLapi> StartAsync(bool knowsIds, int held, TimeSpan? lasts = null, int ending = 0)
    {
        var lapi = new TableLapi(_sync.Lapi, knowsIds);
        lapi.Rows.AddRange(Enumerable.Range(1, held).Select(i =>
            _sync.Make.Make($"10.0.{i / 256}.{i % 256}", id: i, origin: "lists", lasts: i > held - ending ? lasts : null)));
        lapi.ThenAll();
        await _sync.PullAsync();
        await PollAsync(1);
        return lapi;
    }

    private void FailAt(Func<DecisionSelection, bool> isFailing)
    {
        var answer = _sync.Lapi.List;
        _sync.Lapi.List = selection => isFailing(selection) ? throw new LapiException(LapiErrorKind.Busy, "Later.") : answer(selection);
    }

    private static async Task PullUnansweredAsync(SyncFixture sync)
    {
        var answer = sync.Lapi.List;
        sync.Lapi.List = _ => throw new LapiException(LapiErrorKind.Busy, "Later.");
        await sync.PullAsync();
        sync.Lapi.List = answer;
        sync.Clock.Advance(TimeSpan.FromSeconds(10));
    }

    private async Task PollAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _sync.Clock.Advance(TimeSpan.FromSeconds(10));
            await _sync.PullAsync();
        }
    }
}
