using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Sync;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Engine;

/// <summary>Live mode with answers that cannot be used in part, or are not read to their end.</summary>
public sealed class LiveReplyTests : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly SyncFixture _sync;
    private readonly List<string> _asked = [];
    private LapiException? _cut = new(LapiErrorKind.TooLarge, "Too large.");

    public LiveReplyTests() => _sync = new SyncFixture(
        options => options.Sync.Mode = BouncerMode.Live,
        builder => builder.Services.AddLogging(logging => logging.AddCollector(_log)));

    public ValueTask DisposeAsync() => _sync.DisposeAsync();

    [Fact]
    public async Task B6_ARangeThatIsTooWide_IsLoggedAndCountedAndNotTakenForAnOutage()
    {
        _sync.Lapi.Reply = reply => reply with { Unusable = Unusable(), Count = reply.Count + 1 };

        foreach (var address in new[] { "192.0.2.7", "192.0.2.8" })
        {
            Assert.Equal(VerdictSource.Live, (await CheckAsync(address)).Source);
        }

        Answer(_sync.Make.Make("192.0.2.9"));
        Assert.Equal(Remediation.Ban, (await CheckAsync("192.0.2.9")).Remediation);
        Assert.Equal((1, 1, 0), (_log.Count(1109), _log.Count(1112), _log.Count(1200)));
        Assert.Equal((1, 0), (_sync.Status.SkippedDecisions, _sync.Status.ConsecutiveFailures));

        static UnusableDecisions Unusable()
        {
            var unusable = new UnusableDecisions();
            unusable.Add(SkipReason.TooWide, 7, long.MaxValue);
            return unusable;
        }
    }

    [Fact]
    public async Task B2_AnAnswerThatIsCut_RefusesByWhatWasReadAndSaysWhy()
    {
        Answer(_sync.Make.Make("192.0.2.7"), _sync.Make.Make("192.0.2.0/24", "captcha"));
        _sync.Lapi.Reply = reply => reply with { Cut = _cut };

        var verdict = await CheckAsync("192.0.2.7");

        Assert.Equal((Remediation.Ban, true), (verdict.Remediation, verdict.IsStale));
        Assert.Contains("Too large.", Assert.Single(_log.Lines, line => line.Id == 1200).Text, StringComparison.Ordinal);
        Assert.Equal("Too large.", _sync.Status.LastError);

        // It is kept as a whole answer is.
        _sync.Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(Remediation.Ban, (await CheckAsync("192.0.2.7")).Remediation);
        Assert.Single(_asked);
    }

    /// <summary>B2: one answer that stalls after a weak decision must not hide the strong one for longer than an outage does.</summary>
    [Theory]
    [InlineData(LapiErrorKind.Timeout)]
    [InlineData(LapiErrorKind.Unreachable)]
    public async Task B2_AnAnswerThatStalls_IsAskedForAgainAfterASecond(object kind)
    {
        Answer(_sync.Make.Make("192.0.2.7", "throttle"));
        _cut = new((LapiErrorKind)kind, "LAPI stalled.");
        _sync.Lapi.Reply = reply => reply with { Cut = _cut };
        Assert.Equal(Remediation.Throttle, (await CheckAsync("192.0.2.7")).Remediation);

        Answer(_sync.Make.Make("192.0.2.7", "throttle"), _sync.Make.Make("192.0.2.7"));
        _cut = null;
        _sync.Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(Remediation.Ban, (await CheckAsync("192.0.2.7")).Remediation);
    }

    [Fact]
    public async Task B2_AnAnswerThatIsCut_LiftsNothingThatWasKnown()
    {
        Answer(_sync.Make.Make("192.0.2.0/24"));
        await CheckAsync("192.0.2.1");
        Answer(_sync.Make.Make("192.0.2.7", "captcha"));
        _sync.Lapi.Reply = reply => reply with { Cut = _cut };

        Assert.Equal(Remediation.Ban, (await CheckAsync("192.0.2.7")).Remediation);

        _cut = null;
        Answer();
        Assert.True((await CheckAsync("192.0.2.8")).IsAllowed);
    }

    [Fact]
    public async Task R4_AnEmptyType_TakesTheFallback()
    {
        await using var lapi = await Lapi.FakeLapi.StartAsync("""[{"id":1,"type":"","scope":"Ip","value":"192.0.2.7","duration":"1h"}]""");
        var reply = await Lapi.LapiClients.Create(lapi.Url).QueryAsync(IPAddress.Parse("192.0.2.7"), TestContext.Current.CancellationToken);
        _sync.Lapi.Reply = _ => reply;

        Assert.Equal(Remediation.Ban, (await CheckAsync("192.0.2.7")).Remediation);
        Assert.Single(_log.Lines, line => line.Id == 1119);
    }

    private ValueTask<BouncerVerdict> CheckAsync(string address) => _sync.Bouncer.CheckAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);

    private void Answer(params IReadOnlyList<Decision> decisions) => _sync.Lapi.Query = (address, _) =>
    {
        _asked.Add(address.ToString());
        return Task.FromResult(decisions);
    };
}
