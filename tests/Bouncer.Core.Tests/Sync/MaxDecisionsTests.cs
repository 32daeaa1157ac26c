using System.Diagnostics.Metrics;
using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>hardening B17: more decisions than may be held.</summary>
public sealed class MaxDecisionsTests : IAsyncDisposable
{
    private const int Max = 10;
    private readonly FakeLogCollector _log = new();
    private readonly SyncFixture _sync;

    public MaxDecisionsTests() => _sync = new SyncFixture(
        options => options.Sync.MaxDecisions = Max,
        builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));

    private DecisionBuilder Make => _sync.Make;

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B17_AListAboveTheCap_KeepsTheStrongestAndOfThoseTheLongest(bool isHeldBefore)
    {
        if (isHeldBefore)
        {
            _sync.Lapi.Then([Make.Make("192.0.2.1"), Make.Make("10.0.0.8"), Make.Make("fr", scope: "country")]).ThenFail();
            await _sync.PullAsync();
            await _sync.PullAsync();
        }

        // 8 bans of 1 to 8 hours, 8 captchas of 1 to 8 hours. LAPI cannot be asked about the others: a second list tells.
        _sync.Lapi.Otherwise = () => ScriptedLapi.Answer([.. Hosts("captcha", 8), .. Hosts("ban", 8)]);
        await _sync.PullAsync();
        await _sync.PullAsync();

        Assert.Equal(Max, _sync.Store.Count);
        Assert.Equal([.. Enumerable.Range(1, 8).Select(i => $"10.0.0.{i} ban"), "10.0.0.7 captcha", "10.0.0.8 captcha"], Held());
    }

    [Fact]
    public async Task B17_ADeltaAboveTheCap_DisplacesTheWeakest()
    {
        _sync.Lapi.Then(Hosts("captcha", Max)).Then([Make.Make("192.0.2.1", lasts: TimeSpan.FromMinutes(1)), Make.Make("192.0.2.2", "captcha", TimeSpan.FromMinutes(2)), Make.Make("192.0.2.3", "captcha", TimeSpan.FromDays(1))]);

        await _sync.PullAsync();
        Assert.False(_sync.Status.IsDegraded);
        await _sync.PullAsync();

        Assert.Equal(Max, _sync.Store.Count);
        Assert.Equal("ban", await _sync.AskAsync("192.0.2.1"));
        Assert.Null(await _sync.AskAsync("192.0.2.2"));
        Assert.Equal("captcha", await _sync.AskAsync("192.0.2.3"));
        Assert.Null(await _sync.AskAsync("10.0.0.1"));
        Assert.Null(await _sync.AskAsync("10.0.0.2"));
        Assert.Equal("captcha", await _sync.AskAsync("10.0.0.3"));
        AssertDegradedBy(3);
    }

    [Fact]
    public async Task B17_AboveTheCap_IsToldByStatusLogAndMetric()
    {
        using var skipped = new MetricCollector<long>(_sync.Get<IMeterFactory>(), BouncerTelemetry.MeterName, "bouncer.decisions.skipped");
        _sync.Lapi.Then(Hosts("ban", Max + 7)).Then().Then([Make.Make("192.0.2.1", lasts: TimeSpan.FromDays(2)), Make.Make("192.0.2.2", lasts: TimeSpan.FromDays(2))]);

        await _sync.PullAsync();

        AssertDegradedBy(7);
        Assert.True(_sync.Status.IsReady);
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
        Assert.Equal("7 too_many", Assert.Single(Measured(skipped)));
        Assert.Contains("7 decisions, the weakest and shortest, are not held", Assert.Single(_log.Lines, entry => entry.Id == 1113).Text, StringComparison.Ordinal);
        Assert.Contains("too_many: 7", Assert.Single(_log.Lines, entry => entry.Id == 1109 && entry.Level == LogLevel.Warning).Text, StringComparison.Ordinal);

        // It stays so while LAPI has nothing new, and grows with a delta.
        await _sync.PullAsync();
        AssertDegradedBy(7);
        Assert.Single(Measured(skipped));
        await _sync.PullAsync();
        AssertDegradedBy(9);
        Assert.Equal(["7 too_many", "2 too_many"], Measured(skipped));
    }

    [Fact]
    public async Task B17_AListThatShrank_IsHeldWholeAgain()
    {
        _sync.Lapi.Then(Hosts("ban", Max + 7)).ThenFail();
        _sync.Lapi.Then(Hosts("ban", Max)).Then().Then(Hosts("ban", Max)).Then();

        // The first one is doubted: this LAPI cannot be asked whether the others are gone.
        for (var i = 0; i < 4; i++)
        {
            await _sync.PullAsync();
        }

        Assert.False(_sync.Status.IsDegraded);
        Assert.Null(_sync.Status.LastError);
        Assert.Equal(0, _sync.Status.SkippedDecisions);
        Assert.Equal(Hosts("ban", Max).Select(decision => $"{decision.Value} ban"), Held());
        await _sync.PullAsync();
        Assert.False(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task B17_AtTheCapExactly_NothingIsLeftOut()
    {
        _sync.Lapi.Then(Hosts("ban", Max)).Then(Hosts("ban", Max)).Then([Make.Make("192.0.2.1")], [.. Hosts("ban", 1)]);

        for (var i = 0; i < 3; i++)
        {
            await _sync.PullAsync();
            Assert.Equal(Max, _sync.Store.Count);
            Assert.False(_sync.Status.IsDegraded);
        }
    }

    [Fact]
    public void B17_Changes_ContainWhatWasDisplacedAndHowMany()
    {
        var store = new DecisionStore(new([], Remediation.Ban), Max, _sync.Clock);
        Assert.Equal(5, store.Replace(TestRows.Of(Hosts("captcha", Max + 5))).Dropped);

        var change = store.Apply([], TestRows.Of(Hosts("ban", 3).Concat(Hosts("throttle", 2))));
        var told = change.ToChangeSet(_sync.Clock);

        Assert.Equal(5, change.Dropped);
        Assert.Equal(["10.0.0.1 ban", "10.0.0.2 ban", "10.0.0.3 ban"], Texts(told.Added));
        Assert.Equal(["10.0.0.6 captcha", "10.0.0.7 captcha", "10.0.0.8 captcha"], Texts(told.Removed));

        // What was displaced is gone for good: its deletion is none, nor is its end.
        Assert.True(store.Apply([.. told.Removed.Select(decision => decision.Id)], TestRows.Of()).IsEmpty);
        _sync.Clock.Advance(TimeSpan.FromHours(8.5));
        Assert.Equal(["10.0.0.1 ban", "10.0.0.2 ban", "10.0.0.3 ban"], Texts(store.RemoveExpired(new DecisionRows()).ToChangeSet(_sync.Clock).Removed));
    }

    private void AssertDegradedBy(int dropped)
    {
        Assert.True(_sync.Status.IsDegraded);
        Assert.StartsWith($"LAPI lists {dropped} decisions more", _sync.Status.LastError, StringComparison.Ordinal);
        Assert.Contains("Bouncer:Sync:MaxDecisions", _sync.Status.LastError, StringComparison.Ordinal);
    }

    /// <summary>The n-th lasts n hours.</summary>
    private Decision[] Hosts(string type, int count) =>
        [.. Enumerable.Range(1, count).Select(i => Make.Make($"10.0.0.{i}", type, TimeSpan.FromHours(i), id: (type.Length * 100) + i))];

    private IEnumerable<string> Held() => Texts(_sync.Store.Enumerate()).OrderBy(text => text.Split(' ')[1]).ThenBy(text => text.Split(' ')[0].Length);

    private static IEnumerable<string> Measured(MetricCollector<long> counter) =>
        counter.GetMeasurementSnapshot().Select(measurement => $"{measurement.Value} {measurement.Tags.Values.First()}");

    private static IEnumerable<string> Texts(IEnumerable<Decision> decisions) =>
        decisions.OrderBy(decision => decision.Id).Select(decision => $"{decision.Value} {decision.Type}");
}
