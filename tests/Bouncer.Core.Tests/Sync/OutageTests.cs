using System.Net;
using Bouncer.Lapi;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>What the log says of an outage while it lasts.</summary>
public sealed class OutageTests
{
    private readonly FakeLogCollector _log = new();

    [Fact]
    public async Task U8_Pull_WhileLapiIsDown_IsLoggedAtOnceAndThenEveryTenMinutes()
    {
        await using var sync = Fixture(BouncerMode.Stream);
        await sync.PullAsync();
        sync.Lapi.Otherwise = () => throw new LapiException(LapiErrorKind.Unreachable, "It was refused.");

        await PullForAsync(sync, TimeSpan.FromMinutes(35));

        Assert.Equal(1, Count(1103));
        Assert.Equal(3, Count(1117));
        Assert.All(Texts(1117).Zip([10, 20, 30]), line => Assert.Matches($"^LAPI has not answered for 00:{line.Second / 10}[0-3]:[0-9]{{2}} ", line.First));
        Assert.All(Texts(1117), text => Assert.Contains("It was refused. The decisions held stay in force", text, StringComparison.Ordinal));
        Assert.All(_log.Lines.Where(line => line.Id == 1117), line => Assert.Equal(LogLevel.Warning, line.Level));
    }

    [Fact]
    public async Task Pull_AfterAnOutage_SaysHowLongItWasAndCountsTheNextFromZero()
    {
        await using var sync = Fixture(BouncerMode.Stream);
        await sync.PullAsync();
        var answer = sync.Lapi.Otherwise;
        sync.Lapi.Otherwise = () => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        await PullForAsync(sync, TimeSpan.FromMinutes(12));
        sync.Lapi.Otherwise = answer;
        await sync.PullAsync();

        Assert.Matches("^LAPI answers again after [0-9]+ failed attempts in 00:1[2-4]:[0-9]{2}\\.$", Assert.Single(Texts(1106)));
        sync.Lapi.Otherwise = () => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        await PullForAsync(sync, TimeSpan.FromMinutes(9));
        Assert.Equal(1, Count(1117));
        Assert.Equal(2, Count(1103));
    }

    [Fact]
    public async Task U8_Query_WhileLapiIsDown_IsLoggedAtOnceAndThenEveryTenMinutes()
    {
        await using var sync = Fixture(BouncerMode.Live);
        sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "It was refused.");
        for (var i = 0; i < 25; i++)
        {
            await sync.AskAsync("192.0.2.7");
            sync.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, Count(1200));
        Assert.Equal(2, Count(1203));

        sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);
        await sync.AskAsync("192.0.2.7");
        Assert.Equal("LAPI answers again after 25 failed queries in 00:25:00.", Assert.Single(Texts(1201)));
    }

    [Fact]
    public async Task Query_ByManyWhileLapiIsDown_IsLoggedOnceMore()
    {
        await using var sync = Fixture(BouncerMode.Live);
        sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        await sync.AskAsync("192.0.2.7");
        sync.Clock.Advance(TimeSpan.FromMinutes(11));

        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => sync.Bouncer.CheckAsync(IPAddress.Parse($"10.{i}.0.1"), TestContext.Current.CancellationToken).AsTask()));

        Assert.Equal(1, Count(1203));
    }

    [Fact]
    public async Task U8_Query_WhileEveryOtherFails_IsLoggedOnceAndDegraded()
    {
        await using var sync = Fixture(BouncerMode.Live);
        var queries = 0;
        sync.Lapi.Query = (_, _) => queries++ % 2 == 0
            ? throw new LapiException(LapiErrorKind.Timeout, "Too slow.")
            : Task.FromResult<IReadOnlyList<Decision>>([]);
        for (var i = 0; i < 200; i++)
        {
            await sync.AskAsync($"10.0.0.{i}");
            sync.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((1, 0), (Count(1200), Count(1201)));
        Assert.True(sync.Status.IsDegraded);

        // It is over once fewer than a tenth fail, and none for half a minute.
        sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);
        for (var i = 0; i < 61; i++)
        {
            await sync.AskAsync($"10.0.1.{i}");
            sync.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Matches("^LAPI answers again after 100 failed queries in 00:0[34]:[0-9]{2}\\.$", Assert.Single(Texts(1201)));
        Assert.False(sync.Status.IsDegraded);
    }

    private SyncFixture Fixture(BouncerMode mode) => new(
        options => options.Sync.Mode = mode,
        builder => builder.Services.AddLogging(logging => logging.AddCollector(_log).SetMinimumLevel(LogLevel.Trace)));

    private static async Task PullForAsync(SyncFixture sync, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span;)
        {
            var pause = await sync.PullAsync();
            sync.Clock.Advance(pause);
            passed += pause;
        }
    }

    private int Count(int id) => _log.Lines.Count(line => line.Id == id);

    private IEnumerable<string> Texts(int id) => _log.Lines.Where(line => line.Id == id).Select(line => line.Text);
}
