using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Sync;

namespace Bouncer.Tests.Engine;

/// <summary>F3: that more may be decided than is known is told beside what is known.</summary>
public sealed class StaleVerdictTests
{
    private const string Clean = "198.51.100.1";
    private const string Decided = "192.0.2.7";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("throttle")]
    [InlineData("whitelist")]
    [InlineData("ban")]
    public async Task F3_StaleList_IsReportedRegardlessOfDecisions(string type)
    {
        await using var sync = new SyncFixture(options => options.Sync.MaxStaleness = TimeSpan.FromMinutes(1));
        sync.Lapi.Then([sync.Make.Make(Decided, type)]);
        await sync.PullAsync();
        Assert.Equal((false, false), (await IsStaleAsync(sync, Clean), await IsStaleAsync(sync, Decided)));

        sync.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(new BouncerVerdict(default, null, VerdictSource.Unavailable), await CheckAsync(sync, Clean));
        var verdict = await CheckAsync(sync, Decided);
        Assert.Equal((type, VerdictSource.Store, true), (verdict.Decision?.Type, verdict.Source, verdict.IsStale));
        Assert.False(await IsStaleAsync(sync, "127.0.0.1"));
    }

    [Theory]
    [InlineData("throttle")]
    [InlineData("whitelist")]
    [InlineData("ban")]
    public async Task F3_LiveAnswerOfBeforeTheOutage_IsTold(string type)
    {
        await using var sync = new SyncFixture(options => options.Sync.Mode = BouncerMode.Live);
        void Answer() => sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([sync.Make.Make(Decided, type)]);
        Answer();
        Assert.False(await IsStaleAsync(sync, Decided));

        sync.Lapi.Query = (_, _) => throw new LapiException(LapiErrorKind.Unreachable, "Down.");
        sync.Clock.Advance(TimeSpan.FromMinutes(2));

        // The second one is from the cache.
        for (var i = 0; i < 2; i++)
        {
            var verdict = await CheckAsync(sync, Decided);
            Assert.Equal((type, VerdictSource.Live, true), (verdict.Decision?.Type, verdict.Source, verdict.IsStale));
        }

        Answer();
        sync.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(await IsStaleAsync(sync, Decided));
    }

    /// <summary>Whichever of the two addresses LAPI cannot be asked about.</summary>
    [Theory]
    [InlineData("192.0.2.10", "64:ff9b::192.0.2.10")]
    [InlineData("64:ff9b::192.0.2.10", "192.0.2.10")]
    public async Task F3_EmbeddedAddress_IsStaleIfEitherIs(string decided, string failing)
    {
        await using var sync = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.Sync.Mode = BouncerMode.Live;
        });
        sync.Lapi.Query = (address, _) => address.Equals(IPAddress.Parse(failing))
            ? throw new LapiException(LapiErrorKind.Unreachable, "Down.")
            : Task.FromResult<IReadOnlyList<Decision>>([sync.Make.Make(decided, "throttle")]);

        var verdict = await CheckAsync(sync, "64:ff9b::192.0.2.10");

        Assert.Equal((Remediation.Throttle, true), (verdict.Remediation, verdict.IsStale));
    }

    /// <summary>An answer that no cache could keep is still known by the verdict that it gave.</summary>
    [Fact]
    public async Task CheckAll_OfAVerdictWhoseAnswerIsGone_HasAllItsDecisions()
    {
        await using var sync = new SyncFixture(options =>
        {
            options.EmbeddedIPv4 = ["nat64"];
            options.Sync.Mode = BouncerMode.Live;
            options.Live.CacheSize = 1;
        });
        sync.Lapi.Query = (address, _) => Task.FromResult<IReadOnlyList<Decision>>(
            [sync.Make.Make(address.ToString(), "captcha"), sync.Make.Make(address.ToString())]);
        foreach (var (client, expected) in new (string, string[])[] { ("192.0.2.10", ["ban", "captcha"]), ("64:ff9b::192.0.2.10", ["ban", "ban", "captcha", "captcha"]) })
        {
            var address = IPAddress.Parse(client);
            var verdict = await sync.Bouncer.CheckAsync(address, Ct);
            for (var i = 1; i < 20; i++)
            {
                await CheckAsync(sync, $"203.0.113.{i}");
            }

            Assert.Empty(sync.Bouncer.CheckAll(address));
            Assert.Equal(expected, sync.Bouncer.CheckAll(address, verdict).Select(one => one.Remediation.Name));
        }
    }

    [Fact]
    public void Equality_IsOfWhatIsSaid()
    {
        var decision = new Decision { Value = Decided, Remediation = Remediation.Ban };
        var verdict = new BouncerVerdict(Remediation.Ban, decision, VerdictSource.Live);

        Assert.Equal(verdict, verdict with { All = [verdict] });
        Assert.Equal(verdict.GetHashCode(), (verdict with { All = [verdict] }).GetHashCode());
        Assert.NotEqual(verdict, verdict with { IsStale = true });
    }

    private static async Task<bool> IsStaleAsync(SyncFixture sync, string address) => (await CheckAsync(sync, address)).IsStale;

    private static Task<BouncerVerdict> CheckAsync(SyncFixture sync, string address) => sync.Bouncer.CheckAsync(IPAddress.Parse(address), Ct).AsTask();
}
