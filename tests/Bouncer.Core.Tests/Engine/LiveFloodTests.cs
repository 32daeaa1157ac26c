using System.Collections.Concurrent;
using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Engine;

/// <summary>Live mode while somebody asks for ever new addresses, or LAPI fails: attack F6.</summary>
public sealed class LiveFloodTests : IAsyncDisposable
{
    private const string Banned = "192.0.2.10";

    private readonly SyncFixture _sync = new(options =>
    {
        options.Sync.Mode = BouncerMode.Live;
        options.Live.CacheDuration = TimeSpan.FromSeconds(5);
        options.Live.CacheSize = 300;
    });

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<IPAddress> _asked = new();
    private readonly FakeLogCollector _log = new();
    private string _banned = Banned;
    private TimeSpan _lasts = TimeSpan.FromHours(4);

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Theory]
    [InlineData("2001:db8:1:2::{0:x}")]
    [InlineData("2001:db8:1:{0:x}::1")]
    [InlineData("198.51.100.{0}")]
    [InlineData("198.51.{0}.1")]
    public async Task F6_AFloodOfNewAddresses_DoesNotKeepOthersFromBeingAskedAbout(string addresses)
    {
        _sync.Lapi.Query = AskBehindTheGateAsync;
        var flood = Enumerable.Range(1, 250).Select(i => CheckAsync(string.Format(null, addresses, i))).ToArray();
        await Eventually.TrueAsync(() => _asked.Count >= 20 && flood.Count(check => check.IsCompleted) >= 200);

        var banned = CheckAsync(Banned);
        await Eventually.TrueAsync(() => _asked.Contains(IPAddress.Parse(Banned)));
        _gate.SetResult();

        Assert.Equal(Remediation.Ban, (await banned).Remediation);
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task F6_ABannedClientWithinTheFlood_StaysBanned()
    {
        _sync.Lapi.Query = AnswerAsync;
        Assert.Equal(Remediation.Ban, (await CheckAsync(Banned)).Remediation);
        _sync.Clock.Advance(TimeSpan.FromSeconds(6));
        _asked.Clear();
        _sync.Lapi.Query = AskBehindTheGateAsync;
        var flood = Enumerable.Range(20, 200).Select(i => CheckAsync($"192.0.2.{i}")).ToArray();
        await Eventually.TrueAsync(() => flood.Count(check => check.IsCompleted) >= 170);

        for (var i = 0; i < 30; i++)
        {
            var verdict = await CheckAsync(Banned);
            Assert.Equal((Remediation.Ban, VerdictSource.Live), (verdict.Remediation, verdict.Source));
        }

        Assert.DoesNotContain(IPAddress.Parse(Banned), _asked);
        _gate.SetResult();
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task Check_WhileLapiFails_KeepsAKnownBanForAnHour()
    {
        _sync.Lapi.Query = AnswerAsync;
        await CheckAsync(Banned);
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        _sync.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(Remediation.Ban, (await CheckAsync(Banned)).Remediation);
        Assert.Equal(["ban"], _sync.Bouncer.CheckAll(IPAddress.Parse(Banned)).Select(verdict => verdict.Remediation.Name));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync("192.0.2.11")).Source);

        _sync.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync(Banned)).Source);
    }

    [Fact]
    public async Task Check_WhileLapiFails_KeepsNoBanBeyondItsEnd()
    {
        _lasts = TimeSpan.FromSeconds(20);
        _sync.Lapi.Query = AnswerAsync;
        await CheckAsync(Banned);
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        _sync.Clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(Remediation.Ban, (await CheckAsync(Banned)).Remediation);
        _sync.Clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync(Banned)).Source);
    }

    [Fact]
    public async Task Check_AfterAnOutage_TakesLapisWord()
    {
        _sync.Lapi.Query = AnswerAsync;
        await CheckAsync(Banned);
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        _sync.Clock.Advance(TimeSpan.FromSeconds(10));
        await CheckAsync(Banned);

        _sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);
        _sync.Clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.True((await CheckAsync(Banned)).IsAllowed);
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        _sync.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync(Banned)).Source);
    }

    [Theory]
    [InlineData("2001:db8:bad::/48", "2001:db8:bad:{0:x}::1")]
    [InlineData("203.0.113.0/24", "203.0.113.{0}")]
    public async Task F6_AFloodFromABannedNetwork_GetsNothingThrough(string network, string addresses)
    {
        _banned = network;
        _sync.Lapi.Query = AnswerAsync;
        Assert.Equal(Remediation.Ban, (await CheckAsync(string.Format(null, addresses, 1))).Remediation);
        _sync.Lapi.Query = AskBehindTheGateAsync;

        var flood = Enumerable.Range(2, 250).Select(i => CheckAsync(string.Format(null, addresses, i))).ToArray();
        await Eventually.TrueAsync(() => flood.Count(check => check.IsCompleted) >= 200);
        _gate.SetResult();

        Assert.All(await Task.WhenAll(flood), verdict => Assert.Equal((Remediation.Ban, VerdictSource.Live), (verdict.Remediation, verdict.Source)));
    }

    [Fact]
    public async Task F6_AnAddressOfABannedNetwork_IsBannedWhileLapiFails()
    {
        _banned = "203.0.113.0/24";
        _sync.Lapi.Query = AnswerAsync;
        await CheckAsync("203.0.113.7");
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        Assert.Equal(Remediation.Ban, (await CheckAsync("203.0.113.8")).Remediation);
        Assert.Equal(["ban"], _sync.Bouncer.CheckAll(IPAddress.Parse("203.0.113.8")).Select(verdict => verdict.Remediation.Name));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync("203.0.114.8")).Source);
        _sync.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync("203.0.113.8")).Source);
    }

    [Fact]
    public async Task F6_ANetworkThatLapiNamesNoMore_IsForgotten()
    {
        _banned = "203.0.113.0/24";
        _sync.Lapi.Query = AnswerAsync;
        await CheckAsync("203.0.113.7");
        _sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);
        Assert.True((await CheckAsync("203.0.113.8")).IsAllowed);
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync("203.0.113.9")).Source);
    }

    [Fact]
    public async Task F6_ManyAddressesOfABannedNetwork_PushOutNoOtherBan()
    {
        _sync.Lapi.Query = AnswerAsync;
        Assert.Equal(Remediation.Ban, (await CheckAsync(Banned)).Remediation);
        _banned = "2001:db8:bad::/48";
        for (var i = 0; i < 1200; i++)
        {
            await CheckAsync($"2001:db8:bad:{i:x}::1");
        }

        _sync.Clock.Advance(TimeSpan.FromSeconds(6));
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");

        Assert.Equal(Remediation.Ban, (await CheckAsync(Banned)).Remediation);
    }

    /// <summary>A cache full of banned addresses refuses what is new; a policy that softens the strongest decision needs the others.</summary>
    [Fact]
    public async Task F6_WithAFullCache_AllDecisionsOfAClientCount()
    {
        _sync.Lapi.Query = (address, _) => Task.FromResult<IReadOnlyList<Decision>>(
            [_sync.Make.Make(address.ToString()), _sync.Make.Make(address.ToString(), "captcha")]);
        for (var i = 0; i < 1200; i++)
        {
            var address = IPAddress.Parse($"198.51.{i / 250}.{i % 250}");
            await CheckAsync(address.ToString());
            Assert.Equal(["ban", "captcha"], _sync.Bouncer.CheckAll(address).Select(verdict => verdict.Remediation.Name));
        }
    }

    /// <summary>LAPI works, but more clients come than it is queried about, and pass.</summary>
    [Fact]
    public async Task F6_ClientsThatLapiIsNotQueriedAbout_ShowInStatusAndLog()
    {
        await using var sync = new SyncFixture(
            options =>
            {
                options.Sync.Mode = BouncerMode.Live;
                options.Live.MaxConcurrentQueries = 4;
            },
            builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));
        sync.Lapi.Query = AskBehindTheGateAsync;
        var flood = Enumerable.Range(1, 40).Select(i => CheckAsync(sync, $"10.{i}.0.1")).ToArray();
        await Eventually.TrueAsync(() => flood.Count(check => check.IsCompleted) >= 36);
        _gate.SetResult();
        await Task.WhenAll(flood);

        Assert.True(sync.Status is { IsDegraded: true, ConsecutiveFailures: 0 });
        Assert.Equal("Of 40 clients in the last minute, LAPI gave no answer about 0, and was not queried about 36, because too many queries were waiting (Bouncer:Live:MaxConcurrentQueries).", sync.Status.LastError);
        Assert.Equal(1, _log.Count(1204));

        sync.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(sync.Status is { IsDegraded: false, LastError: null });
    }

    /// <summary>A network that holds its share of the queries has only itself to blame.</summary>
    [Fact]
    public async Task F6_AFloodOfOneNetwork_DoesNotShowInTheStatus()
    {
        _sync.Lapi.Query = AskBehindTheGateAsync;
        var flood = Enumerable.Range(1, 250).Select(i => CheckAsync($"198.51.100.{i}")).ToArray();
        await Eventually.TrueAsync(() => flood.Count(check => check.IsCompleted) >= 200);
        _gate.SetResult();
        await Task.WhenAll(flood);
        Assert.False(_sync.Status.IsDegraded);
    }

    /// <summary>Queries that are answered do not hide those that are not.</summary>
    [Fact]
    public async Task F6_ClientsWithoutAnAnswerAgainAndAgain_ShowAmongManyWithOne()
    {
        for (var second = 0; second < 6; second++)
        {
            Assert.False(_sync.Status.IsDegraded);
            _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Timeout, "Too slow.");
            await CheckAsync($"10.0.{second}.1");
            _sync.Lapi.Query = AnswerAsync;
            for (var i = 0; i < 50; i++)
            {
                await CheckAsync($"10.1.{second}.{i}");
            }

            _sync.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.True(_sync.Status.IsDegraded);
    }

    [Fact]
    public async Task AFewClientsWithoutAnAnswer_AreNoProblem()
    {
        _sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Timeout, "Too slow.");
        await CheckAsync("10.0.0.1");
        await CheckAsync("10.0.0.2");
        Assert.False(_sync.Status.IsDegraded);
        await CheckAsync("10.0.0.3");
        Assert.True(_sync.Status.IsDegraded);
        _sync.Lapi.Query = AnswerAsync;
        for (var i = 0; i < 27; i++)
        {
            await CheckAsync($"10.0.1.{i}");
        }

        Assert.True(_sync.Status.IsDegraded);
        await CheckAsync("10.0.2.1");
        Assert.False(_sync.Status.IsDegraded);
    }

    private Task<IReadOnlyList<Decision>> AnswerAsync(IPAddress address, CancellationToken _) =>
        Task.FromResult<IReadOnlyList<Decision>>(
            address.ToString() == _banned || (_banned.Contains('/', StringComparison.Ordinal) && IPNetwork.Parse(_banned).Contains(address))
                ? [_sync.Make.Make(_banned, lasts: _lasts)]
                : []);

    private async Task<IReadOnlyList<Decision>> AskBehindTheGateAsync(IPAddress address, CancellationToken cancellationToken)
    {
        _asked.Enqueue(address);
        await _gate.Task.WaitAsync(cancellationToken);
        return await AnswerAsync(address, cancellationToken);
    }

    private Task<BouncerVerdict> CheckAsync(string address) => CheckAsync(_sync, address);

    private static Task<BouncerVerdict> CheckAsync(SyncFixture sync, string address) =>
        sync.Bouncer.CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken).AsTask();
}
