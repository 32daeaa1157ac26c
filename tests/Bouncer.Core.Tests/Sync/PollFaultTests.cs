using System.Collections.Concurrent;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Sync;

/// <summary>A question that fails in the middle of a poll loses nothing.</summary>
public sealed class PollFaultTests
{
    [Fact]
    public async Task AFirstListWhoseQuestionsFail_IsToldToSinks()
    {
        var sink = new RecordingSink();
        await using var sync = new SyncFixture(build: builder => builder.Services.AddSingleton<IDecisionSink>(sink));
        var lapi = Table(sync, held: 100);
        lapi.IsBroken = true;
        await sync.PullAsync();

        using var stop = new CancellationTokenSource();
        var feeding = sync.Get<DecisionSinkDispatcher>().RunAsync(stop.Token);
        await Eventually.TrueAsync(() => sink.Told.FirstOrDefault() is { IsSnapshot: true, Added.Count: 100 });

        await stop.CancelAsync();
        await feeding;
    }

    [Fact]
    public async Task AFirstListWhoseQuestionsFail_IsEnforcedAndReady()
    {
        await using var sync = new SyncFixture();
        Table(sync, held: 100).IsBroken = true;

        await sync.PullAsync();

        Assert.True(sync.Status.IsReady);
        Assert.Equal("ban", await sync.AskAsync("10.0.0.7"));

        // The list was read; what comes empty afterwards may be the failing database's.
        Assert.Equal(0, sync.Status.ConsecutiveFailures);
        Assert.True(sync.Status.IsDegraded);
        await sync.PullAsync();
        Assert.Equal(1, sync.Status.ConsecutiveFailures);
    }

    [Theory]
    [InlineData(LapiErrorKind.Forbidden)]
    [InlineData(LapiErrorKind.NotFound)]
    [InlineData(LapiErrorKind.NotOffered)]
    public async Task ARefusalThatPasses_SwitchesTheQuestionsOffForAMinuteOnly(object kind)
    {
        await using var sync = new SyncFixture();
        var lapi = Table(sync, held: 500);
        await sync.PullAsync();
        var answer = sync.Lapi.List;
        sync.Lapi.List = _ => throw new LapiException((LapiErrorKind)kind, "Refused.");
        await PollAsync(sync, 1);
        sync.Lapi.List = answer;

        lapi.Rows.Add(sync.Make.Make("192.0.2.7", id: 501));
        await PollAsync(sync, 8);

        Assert.Equal("ban", await sync.AskAsync("192.0.2.7"));
    }

    [Fact]
    public async Task AnEndThatLapiHasALittleLater_CostsNoWholeList()
    {
        await using var sync = new SyncFixture();
        var quarter = sync.Clock.TimestampFrequency / 4;
        var table = Enumerable.Range(1, 500).Select(i => (Row: sync.Make.Make($"10.0.{i / 256}.{i % 256}", id: i), Later: 0L))
            .Concat(Enumerable.Range(1, 8).Select(i => (Row: sync.Make.Make($"192.0.2.{i}", id: 500 + i, lasts: TimeSpan.FromSeconds((10 * i) - 0.1)), Later: quarter)))
            .ToArray();
        sync.Lapi.List = selection =>
        {
            var now = sync.Clock.GetTimestamp();
            var listed = table.Where(entry => entry.Row.Deadline + entry.Later > now).Select(entry => entry.Row)
                .Where(row => (selection.Value is null || row.Value == selection.Value) && row.Id > (selection.AboveId ?? 0))
                .Skip((int)(selection.Offset ?? 0)).Take((int)(selection.Limit ?? int.MaxValue)).ToArray();
            return new(TestRows.Of(listed.Where(row => row.Deadline > now)), new UnusableDecisions(), listed.Length);
        };
        var asked = 0L;
        sync.Lapi.Otherwise = () =>
        {
            var (since, now) = (asked - (2 * sync.Clock.TimestampFrequency), sync.Clock.GetTimestamp());
            asked = now;
            return ScriptedLapi.Answer(
                [.. table.Where(entry => sync.Lapi.Pulls.Last() && entry.Row.Deadline > now).Select(entry => entry.Row)],
                [.. table.Where(entry => entry.Row.Deadline + entry.Later is var end && end <= now && end > since).Select(entry => entry.Row)]);
        };

        await sync.PullAsync();
        await PollAsync(sync, 9);

        Assert.Single(sync.Lapi.Pulls, startup => startup);
        Assert.Equal(500, sync.Store.Count);
    }

    [Fact]
    public async Task TheDeltaAfterALongList_IsAppliedAlsoWhenAQuestionFails()
    {
        await using var sync = new SyncFixture();
        var lapi = Table(sync, held: 500);
        var gone = lapi.Rows[0];
        Decision[] all = [.. lapi.Rows];
        lapi.IsBroken = true;
        var answers = new Queue<Func<StreamAnswer>>([() => { sync.Clock.Advance(TimeSpan.FromSeconds(50)); return ScriptedLapi.Answer(all); }, () => ScriptedLapi.Answer([], [gone])]);
        sync.Lapi.Otherwise = () => answers.Dequeue()();

        await sync.PullAsync();

        Assert.Equal([true, false], sync.Lapi.Pulls);
        Assert.Null(await sync.AskAsync(gone.Value));
        Assert.Equal(499, sync.Store.Count);
    }

    [Fact]
    public async Task AWantedList_StaysWantedWhenAQuestionFails()
    {
        await using var sync = new SyncFixture();
        var lapi = Table(sync, held: 20_000, knowsIds: false);
        sync.Lapi.Otherwise = () =>
        {
            if (!sync.Lapi.Pulls.Last())
            {
                return ScriptedLapi.Answer();
            }

            sync.Clock.Advance(TimeSpan.FromSeconds(4));
            return ScriptedLapi.Answer([.. lapi.Rows]);
        };
        await sync.PullAsync();

        // A delta brings one of two, and the whole list that has the other is not affordable at once.
        var brought = sync.Make.Make("192.0.2.1", id: 20_001, origin: "cscli");
        lapi.Rows.AddRange([brought, sync.Make.Make("192.0.2.2", id: 20_002, origin: "lists")]);
        sync.Lapi.Then([brought]);
        await sync.PullAsync();
        sync.Clock.Advance(TimeSpan.FromSeconds(10));
        lapi.IsBroken = true;
        await sync.PullAsync();
        lapi.IsBroken = false;
        await PollAsync(sync, 2);

        Assert.Equal("ban", await sync.AskAsync("192.0.2.2"));
    }

    private static TableLapi Table(SyncFixture sync, int held, bool knowsIds = true)
    {
        var lapi = new TableLapi(sync.Lapi, knowsIds);
        lapi.Rows.AddRange(Enumerable.Range(1, held).Select(i => sync.Make.Make($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", id: i, origin: "lists")));
        sync.Lapi.Whole(() => [.. lapi.Rows]);
        return lapi;
    }

    private static async Task PollAsync(SyncFixture sync, int times)
    {
        for (var i = 0; i < times; i++)
        {
            sync.Clock.Advance(TimeSpan.FromSeconds(10));
            await sync.PullAsync();
        }
    }

    private sealed class RecordingSink : IDecisionSink
    {
        internal ConcurrentQueue<DecisionChangeSet> Told { get; } = new();

        public string Name => "recording";

        public ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken)
        {
            Told.Enqueue(changes);
            return ValueTask.CompletedTask;
        }
    }
}
