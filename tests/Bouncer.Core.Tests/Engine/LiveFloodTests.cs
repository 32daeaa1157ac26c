using System.Collections.Concurrent;
using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Sync;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Engine;

/// <summary>Live mode while somebody asks for ever new addresses, or LAPI fails: attack F6.</summary>
public sealed class LiveFloodTests : IAsyncDisposable
{
    private const string Banned = "192.0.2.10";

    private readonly SyncFixture _sync = new(options =>
    {
        options.Sync.Mode = BouncerMode.Live;
        options.Live.CacheDuration = TimeSpan.FromSeconds(5);
    });

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<IPAddress> _asked = new();
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

    private Task<IReadOnlyList<Decision>> AnswerAsync(IPAddress address, CancellationToken _) =>
        Task.FromResult<IReadOnlyList<Decision>>(address.ToString() == Banned ? [_sync.Make.Make(Banned, lasts: _lasts)] : []);

    private async Task<IReadOnlyList<Decision>> AskBehindTheGateAsync(IPAddress address, CancellationToken cancellationToken)
    {
        _asked.Enqueue(address);
        await _gate.Task.WaitAsync(cancellationToken);
        return await AnswerAsync(address, cancellationToken);
    }

    private Task<BouncerVerdict> CheckAsync(string address) =>
        _sync.Bouncer.CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken).AsTask();
}
