using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Sync;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Engine;

public sealed class LiveLookupTests : IAsyncDisposable
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.7");
    private readonly SyncFixture _sync = new(options =>
    {
        options.Sync.Mode = BouncerMode.Live;
        options.Live.MaxConcurrentQueries = 2;
        options.Live.CacheSize = 50;
    });

    private int _queries;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Fact]
    public async Task Check_AnUnknownAddress_AsksOnceAndRemembersForAMinute()
    {
        Answer(_sync.Make.Make("192.0.2.0/24", "captcha"), _sync.Make.Make("192.0.2.7", "ban"), _sync.Make.Make("192.0.2.7", "throttle"));

        var first = await CheckAsync();
        await CheckAsync();
        _sync.Clock.Advance(TimeSpan.FromSeconds(59));
        await CheckAsync("::ffff:192.0.2.7");
        Assert.Equal(1, _queries);
        _sync.Clock.Advance(TimeSpan.FromSeconds(2));
        await CheckAsync();

        Assert.Equal(2, _queries);
        Assert.Equal(Remediation.Ban, first.Remediation);
        Assert.Equal(VerdictSource.Live, first.Source);
    }

    [Fact]
    public async Task Check_AnAnswerThatListsOthers_LeavesTheClientAlone()
    {
        Answer(_sync.Make.Make("192.0.2.8"), _sync.Make.Make("198.51.100.0/24"), _sync.Make.Make("mallory", scope: "username"));

        var verdict = await CheckAsync();

        Assert.True(verdict.IsAllowed);
        Assert.Equal(VerdictSource.Live, verdict.Source);
    }

    [Fact]
    public async Task CheckAll_AfterAnAnswer_KnowsItWithoutAsking()
    {
        var client = System.Net.IPAddress.Parse("192.0.2.7");
        Answer(_sync.Make.Make("192.0.2.7", "captcha", lasts: TimeSpan.FromSeconds(5)), _sync.Make.Make("192.0.2.0/24"), _sync.Make.Make("192.0.2.7", "throttle"));

        Assert.Empty(_sync.Bouncer.CheckAll(client));
        await CheckAsync();

        Assert.Equal(["ban", "captcha", "throttle"], _sync.Bouncer.CheckAll(client).Select(verdict => verdict.Remediation.Name));
        Assert.All(_sync.Bouncer.CheckAll(client), verdict => Assert.Equal(VerdictSource.Live, verdict.Source));
        Assert.Equal(1, _queries);
    }

    [Fact]
    public async Task Check_ADecisionThatEndsEarlier_IsQueriedAgainThen()
    {
        Answer(_sync.Make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(5)));
        Assert.False((await CheckAsync()).IsAllowed);

        Answer();
        _sync.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True((await CheckAsync()).IsAllowed);
        Assert.Equal(2, _queries);
    }

    [Fact]
    public async Task Check_TheSameAddressByMany_SharesOneQuery()
    {
        var gate = new TaskCompletionSource<IReadOnlyList<Decision>>();
        _sync.Lapi.Query = (_, _) =>
        {
            Interlocked.Increment(ref _queries);
            return gate.Task;
        };

        using var leaving = new CancellationTokenSource();
        var leaver = _sync.Bouncer.CheckAsync(Client, leaving.Token).AsTask();
        var waiters = Enumerable.Range(0, 20).Select(_ => CheckAsync()).ToArray();
        await Eventually.TrueAsync(() => _queries == 1);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        gate.SetResult([_sync.Make.Make("192.0.2.7")]);

        Assert.All(await Task.WhenAll(waiters), verdict => Assert.Equal(Remediation.Ban, verdict.Remediation));
        Assert.Equal(1, _queries);
    }

    [Fact]
    public async Task Check_WithLapiDown_IsUnavailableAndAsksOnceASecond()
    {
        _sync.Lapi.Query = (_, _) =>
        {
            _queries++;
            throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        };

        Assert.Equal(new BouncerVerdict(default, null, VerdictSource.Unavailable), await CheckAsync());
        await CheckAsync();
        Assert.Equal(1, _queries);
        Assert.Equal("Down.", _sync.Status.LastError);

        Answer(_sync.Make.Make("192.0.2.7"));
        _sync.Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(Remediation.Ban, (await CheckAsync()).Remediation);
        Assert.Equal(0, _sync.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task Check_WithASilentLapi_EndsAtTheDeadline()
    {
        _sync.Lapi.Query = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return [];
        };

        var check = CheckAsync();
        await Eventually.TrueAsync(() => _sync.Clock.ArmedTimers == 1);
        _sync.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(VerdictSource.Unavailable, (await check).Source);
    }

    [Fact]
    public async Task Check_WithAnUnexpectedError_IsUnavailable()
    {
        _sync.Lapi.Query = (_, _) => throw new InvalidOperationException("A defect.");

        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync()).Source);
    }

    [Fact]
    public async Task Check_BeyondTheConcurrencyBound_IsUnavailableAtOnce()
    {
        var gate = new TaskCompletionSource<IReadOnlyList<Decision>>();
        _sync.Lapi.Query = (_, _) =>
        {
            Interlocked.Increment(ref _queries);
            return gate.Task;
        };

        var first = CheckAsync("192.0.2.1");
        var second = CheckAsync("198.51.100.2");
        await Eventually.TrueAsync(() => _queries == 2);
        Assert.Equal(VerdictSource.Unavailable, (await CheckAsync("203.0.113.3")).Source);
        gate.SetResult([]);
        await Task.WhenAll(first, second);

        Assert.Equal(VerdictSource.Live, (await CheckAsync("203.0.113.3")).Source);
    }

    [Fact]
    public async Task Check_OfATrustedAddress_TellsLapiNothing()
    {
        Answer(_sync.Make.Make("127.0.0.1"));

        Assert.Equal(VerdictSource.Trusted, (await CheckAsync("127.0.0.1")).Source);
        Assert.Equal(VerdictSource.Trusted, (await CheckAsync("::1")).Source);
        Assert.Equal(0, _queries);
    }

    [Fact]
    public async Task Check_OfManyAddresses_KeepsABoundedNumberOfAnswers()
    {
        Answer();
        for (var i = 0; i < 2000; i++)
        {
            await CheckAsync($"10.0.{i / 256}.{i % 256}");
        }

        var asked = _queries;
        for (var i = 0; i < 2000; i++)
        {
            await CheckAsync($"10.0.{i / 256}.{i % 256}");
        }

        Assert.InRange(_queries - asked, 1900, 2000);
    }

    private void Answer(params Decision[] decisions) => _sync.Lapi.Query = (_, _) =>
    {
        _queries++;
        return Task.FromResult<IReadOnlyList<Decision>>(decisions);
    };

    private Task<BouncerVerdict> CheckAsync(string address = "192.0.2.7") => _sync.Bouncer.CheckAsync(IPAddress.Parse(address), Ct).AsTask();
}
