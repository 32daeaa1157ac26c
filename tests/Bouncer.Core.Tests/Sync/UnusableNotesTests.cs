using System.Diagnostics.Metrics;
using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Bouncer.Tests.Lapi.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>What the log says of decisions that LAPI sends again and again and that cannot be used.</summary>
public sealed class UnusableNotesTests : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly SyncFixture _sync;

    public UnusableNotesTests() => _sync = new SyncFixture(build: builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Fact]
    public async Task B6_DecisionsThatComeWithEveryPoll_AreLoggedOnceAndCountedEachTime()
    {
        using var skipped = new MetricCollector<long>(_sync.Get<IMeterFactory>(), BouncerTelemetry.MeterName, "bouncer.decisions.skipped");
        const string wide = """{"id":7,"scope":"Range","value":"0.0.0.0/1","type":"ban","duration":"4h"}""";
        const string odd = """{"id":8,"scope":"Ip","value":"nothing","type":"ban","duration":"4h"}""";
        var read = await WireReading.StreamAsync($$"""{"new":[{{wide}},{{odd}}],"deleted":[]}""");
        _sync.Lapi.Otherwise = () => read;

        for (var poll = 0; poll < 4; poll++)
        {
            await _sync.PullAsync();
        }

        Assert.Contains("2 decisions", Assert.Single(Lines(1109)), StringComparison.Ordinal);
        Assert.Single(Lines(1112));
        Assert.True(skipped.GetMeasurementSnapshot().Count >= 8, "not every answer was counted");

        read = await WireReading.StreamAsync($$"""{"new":[{{wide}},{{odd}},{{odd.Replace("8", "9", StringComparison.Ordinal)}}],"deleted":[]}""");
        await _sync.PullAsync();
        Assert.Contains("1 decisions", Lines(1109).Last(), StringComparison.Ordinal);
        Assert.Equal((2, 1), (Lines(1109).Length, Lines(1112).Length));
    }

    /// <summary>LAPI's ids begin again when its database is new.</summary>
    [Fact]
    public async Task B14_AnotherDecisionWithTheSameId_IsLogged()
    {
        foreach (var value in new[] { "0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/1" })
        {
            Notes.Look((await WireReading.OneAsync($"\"id\":7,\"scope\":\"Range\",\"value\":\"{value}\",\"type\":\"ban\",\"duration\":\"4h\"")).Unusable);
        }

        Assert.Equal(2, Lines(1112).Length);
    }

    [Fact]
    public void Look_MoreThanAreRemembered_IsSilentUntilSomeEnd()
    {
        for (var id = 1; id <= UnusableNotes.Most; id++)
        {
            Notes.Look(One(id, _sync.Clock.GetTimestamp() + 1));
        }

        Notes.Look(One(UnusableNotes.Most + 1, long.MaxValue));
        Assert.Equal(UnusableNotes.Most, Lines(1109).Length);

        _sync.Clock.Advance(TimeSpan.FromSeconds(1));
        Notes.Look(One(UnusableNotes.Most + 1, long.MaxValue));
        Assert.Equal(UnusableNotes.Most + 1, Lines(1109).Length);
    }

    private UnusableNotes Notes => _sync.Get<UnusableNotes>();

    private string[] Lines(int id) => [.. _log.Lines.Where(line => line.Id == id).Select(line => line.Text)];

    private static UnusableDecisions One(long id, long end)
    {
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.Address, id, end);
        return unusable;
    }
}
