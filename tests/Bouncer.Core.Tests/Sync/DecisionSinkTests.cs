using System.Collections.Concurrent;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Sync;

public sealed class DecisionSinkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sink_IsToldASnapshotThenDeltas()
    {
        await using var sync = Start(out var sink);
        var stays = sync.Make.Make("192.0.2.9");
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(30)), sync.Make.Make("192.0.2.8")])
            .Then([stays], [sync.Make.Make("192.0.2.8")]);
        sync.Lapi.Otherwise = () => ScriptedLapi.Answer([stays], [sync.Make.Make("192.0.2.7")]);
        await sync.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => sink.Told.Count == 1);

        await NextPullAsync(sync);
        await Eventually.TrueAsync(() => sink.Told.Count == 2);
        await NextPullAsync(sync);
        await NextPullAsync(sync);
        await Eventually.TrueAsync(() => sink.Told.Count == 3);

        Assert.Equal([true, false, false], sink.Told.Select(changes => changes.IsSnapshot));
        Assert.Equal(["192.0.2.9"], sink.Held);
    }

    [Fact]
    public async Task Sink_ThatFails_IsToldTheWholeListNext()
    {
        await using var sync = Start(out var sink);
        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]).Then([sync.Make.Make("192.0.2.9")]);
        await sync.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => sink.Told.Count == 1);

        Decision[] all = [sync.Make.Make("192.0.2.7"), sync.Make.Make("192.0.2.9")];
        sync.Lapi.Whole(() => all);
        sink.Failures = 1;
        await NextPullAsync(sync);
        await Eventually.TrueAsync(() => sink.Failures == 0);

        // The pause begins some time after the failure was seen.
        await Eventually.TrueAsync(() =>
        {
            sync.Clock.Advance(TimeSpan.FromSeconds(10));
            return sink.Told.Count == 2;
        });
        Assert.True(sink.Told.Last().IsSnapshot);
        Assert.Equal(["192.0.2.7", "192.0.2.9"], sink.Held.Order());
    }

    [Fact]
    public async Task Snapshot_KeptForLater_StaysAsItWas()
    {
        await using var sync = Start(out var sink);
        sync.Lapi.Then([sync.Make.Make("192.0.2.7"), sync.Make.Make("10.0.0.0/8"), sync.Make.Make("192.0.2.7", type: "captcha")])
            .Then([sync.Make.Make("192.0.2.9")], [sync.Make.Make("192.0.2.7")]);
        await sync.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => sink.Told.Count == 1);
        await NextPullAsync(sync);
        await Eventually.TrueAsync(() => sink.Told.Count == 2);

        var snapshot = sink.Told.First().Added;
        string[] expected = ["10.0.0.0/8 ban", "192.0.2.7 ban", "192.0.2.7 captcha"];
        Assert.Equal(3, snapshot.Count);
        Assert.Equal(expected, snapshot.Select(decision => $"{decision.Value} {decision.Type}").Order());
        Assert.Equal(expected, snapshot.Select(decision => $"{decision.Value} {decision.Type}").Order());
    }

    private static SyncFixture Start(out RecordingSink sink)
    {
        var recording = new RecordingSink();
        sink = recording;
        return new SyncFixture(build: builder => builder.Services.AddSingleton<IDecisionSink>(recording));
    }

    private static async Task NextPullAsync(SyncFixture sync)
    {
        await Eventually.TrueAsync(() => sync.Clock.IsArmedIn(TimeSpan.FromSeconds(10)));
        sync.Clock.Advance(TimeSpan.FromSeconds(10));
    }

    private sealed class RecordingSink : IDecisionSink
    {
        private volatile HashSet<string> _held = [];
        private volatile int _failures;

        internal ConcurrentQueue<DecisionChangeSet> Told { get; } = new();

        internal IReadOnlyCollection<string> Held => _held;

        internal int Failures { get => _failures; set => _failures = value; }

        public string Name => "recording";

        public ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken)
        {
            if (_failures > 0)
            {
                _failures--;
                throw new InvalidOperationException("The sink fails.");
            }

            var held = changes.IsSnapshot ? [] : new HashSet<string>(_held);
            held.ExceptWith(changes.Removed.Select(decision => decision.Value));
            held.UnionWith(changes.Added.Select(decision => decision.Value));
            _held = held;
            Told.Enqueue(changes);
            return ValueTask.CompletedTask;
        }
    }
}
