using System.Net;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Settings;

public sealed class SettingsReloadTests
{
    private const string Whole = "/v1/decisions/stream?startup=true&dedup=false";
    private const string Delta = "/v1/decisions/stream?startup=false&dedup=false";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrustedNetworks_Changed_CountForTheNextRequest()
    {
        await using var engine = await ReloadFixture.StartAsync(("TrustedNetworks:0", "198.51.100.0/24"));
        engine.Lapi.Database.Add("192.0.2.1");
        engine.Lapi.Database.Add("198.51.100.1");
        await engine.PullAsync();
        Assert.True(await engine.IsBannedAsync("192.0.2.1"));

        engine.Change(("TrustedNetworks:0", "192.0.2.0/24"));

        Assert.Equal(VerdictSource.Trusted, (await engine.CheckAsync("192.0.2.1")).Source);
        Assert.True(await engine.IsBannedAsync("198.51.100.1"));
        Assert.Equal("The changed settings of Bouncer:TrustedNetworks are in force.", Assert.Single(engine.Log.Lines, line => line.Id == 1128).Text);
        await engine.PullAsync();
        Assert.Equal([Whole, Delta], engine.Pulls);
    }

    /// <summary>As an allowlist: the rest of the range stays banned.</summary>
    [Fact]
    public async Task TrustedNetworks_WithAnAddressInABannedRange_LetThatAddressPass()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("198.51.100.0/24", scope: "Range");
        await engine.PullAsync();
        Assert.True(await engine.IsBannedAsync("198.51.100.7"));

        engine.Change(("TrustedNetworks:0", "198.51.100.7"));

        Assert.Equal(VerdictSource.Trusted, (await engine.CheckAsync("198.51.100.7")).Source);
        Assert.True(await engine.IsBannedAsync("198.51.100.8"));
        engine.Change(("TrustedNetworks:0", null));
        Assert.True(await engine.IsBannedAsync("198.51.100.7"));
    }

    [Fact]
    public async Task TrustLoopback_SwitchedOff_CountsForTheNextRequest()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("127.0.0.1");
        await engine.PullAsync();
        Assert.Equal(VerdictSource.Trusted, (await engine.CheckAsync("127.0.0.1")).Source);

        engine.Change(("TrustLoopback", "false"));

        Assert.True(await engine.IsBannedAsync("127.0.0.1"));
    }

    [Fact]
    public async Task TrustedNetworks_ChangedDuringARequest_LeaveItsVerdict()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1");
        await engine.PullAsync();
        var address = IPAddress.Parse("192.0.2.1");
        var banned = await engine.CheckAsync("192.0.2.1");

        engine.Change(("TrustedNetworks:0", "192.0.2.0/24"));
        Assert.Single(engine.Bouncer.CheckAll(address, banned));
        var trusted = await engine.CheckAsync("192.0.2.1");
        engine.Change(("TrustedNetworks:0", null));

        Assert.Empty(engine.Bouncer.CheckAll(address, trusted));
        Assert.Single(engine.Bouncer.CheckAll(address));
    }

    [Fact]
    public async Task MaxStaleness_Set_CountsForTheNextRequest()
    {
        await using var engine = await ReloadFixture.StartAsync();
        await engine.PullAsync();
        engine.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(VerdictSource.Store, (await engine.CheckAsync("192.0.2.1")).Source);

        engine.Change(("Sync:MaxStaleness", "00:01:00"));

        Assert.Equal(VerdictSource.Unavailable, (await engine.CheckAsync("192.0.2.1")).Source);
        Assert.True(engine.Bouncer.Status.IsStale);
    }

    [Fact]
    public async Task Key_Changed_HasTheWholeListPulled()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1");
        await engine.PullAsync();
        var key = engine.Lapi.Bouncers.Add("another");

        engine.Change(("Lapi:ApiKey", key));
        await engine.PullAsync();
        await engine.PullAsync();

        Assert.Equal([Whole, Whole, Delta], engine.Pulls);
        Assert.NotNull(Assert.Single(engine.Lapi.Bouncers.Snapshot(), bouncer => bouncer.Name == "another").LastPull);
        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        Assert.DoesNotContain(engine.Log.Lines, line => line.Text.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_ChangedForOneThatIsRefused_KeepsWhatIsHeldAndAsksForNothingButTheWholeList()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1");
        await engine.PullAsync();

        engine.Change(("Lapi:ApiKey", "wrong"));
        await engine.PullAsync();
        await engine.PullAsync();
        engine.Change(("Lapi:ApiKey", engine.Lapi.ApiKey));

        Assert.True(engine.Bouncer.Status.IsAccessForbidden);
        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        await engine.PullAsync();
        Assert.Equal([Whole, Whole, Whole, Whole], engine.Pulls);
        Assert.False(engine.Bouncer.Status.IsAccessForbidden);
    }

    [Fact]
    public async Task Url_Changed_NeverTakesIdsOfOneLapiForThoseOfTheOther()
    {
        await using var engine = await ReloadFixture.StartAsync();
        await using var other = await ReloadFixture.StartLapiAsync(engine.Clock);
        engine.Lapi.Database.Add("192.0.2.1");
        engine.Lapi.Database.Add("198.51.100.1");
        Assert.Equal(1, other.Database.Add("203.0.113.1"));
        other.Database.Add("203.0.113.2");
        other.Database.Add("192.0.2.1");
        await engine.PullAsync();

        // The other's first delta would list id 1 as deleted, which is 192.0.2.1 here.
        other.Database.Delete(1);
        other.Faults.Add(new Fault { Path = "/v1/decisions/stream", Status = 500 }, times: 1);
        engine.Change(("Lapi:Url", other.Url.ToString()), ("Lapi:ApiKey", other.ApiKey));
        await engine.PullAsync();
        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        Assert.True(await engine.IsBannedAsync("198.51.100.1"));
        await engine.PullAsync();

        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        Assert.True(await engine.IsBannedAsync("203.0.113.2"));
        Assert.False(await engine.IsBannedAsync("198.51.100.1"));
        Assert.False(await engine.IsBannedAsync("203.0.113.1"));
        Assert.All(other.Requests.Where(request => request.PathAndQuery.Contains("/stream", StringComparison.Ordinal)), request => Assert.Equal(Whole, request.PathAndQuery));
    }

    [Fact]
    public async Task Origins_Changed_KeepWhatIsHeldUntilTheWholeListIsThere()
    {
        await using var engine = await ReloadFixture.StartAsync(("Sync:Origins:0", "cscli"), ("Sync:Origins:1", "crowdsec"));
        engine.Lapi.Database.Add("192.0.2.1", origin: "cscli");
        engine.Lapi.Database.Add("192.0.2.2", origin: "crowdsec");
        engine.Lapi.Database.Add("192.0.2.3", origin: "CAPI");
        await engine.PullAsync();
        engine.Lapi.Faults.Add(new Fault { Path = "/v1/decisions/stream", CutAfter = 20 }, times: 2);

        engine.Change(("Sync:Origins:1", "CAPI"));
        for (var failed = 0; failed < 2; failed++)
        {
            await engine.PullAsync();
            Assert.Equal("192.0.2.1 192.0.2.2", await BannedAsync(engine));
        }

        var pull = engine.PullAsync();
        while (!pull.IsCompleted)
        {
            Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        }

        await pull;
        Assert.Equal("192.0.2.1 192.0.2.3", await BannedAsync(engine));
        Assert.Equal(0, engine.Bouncer.Status.DoubtedDecisions);
        Assert.Equal(Whole + "&origins=cscli,CAPI", engine.Pulls.Last());
    }

    [Fact]
    public async Task Origins_ChangedToOneWithoutDecisions_AreLookedAtAsAtTheStart()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1", origin: "cscli");
        await engine.PullAsync();
        Assert.DoesNotContain(engine.Log.Lines, line => line.Id is 1124 or 1125);

        engine.Change(("Sync:Origins:0", "cscli"), ("Sync:Origins:1", "capi"));
        await engine.PullAsync();

        Assert.Contains("'capi'", Assert.Single(engine.Log.Lines, line => line.Id == 1125).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WidestPrefix_Narrowed_LetsGoOfWhatIsTooWideNow()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("10.0.0.0/8");
        engine.Lapi.Database.Add("192.0.2.1");
        await engine.PullAsync();
        Assert.True(await engine.IsBannedAsync("10.1.2.3"));

        engine.Change(("Sync:MinIPv4PrefixLength", "16"));
        await engine.PullAsync();

        Assert.False(await engine.IsBannedAsync("10.1.2.3"));
        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
    }

    [Fact]
    public async Task MaxDecisions_Lowered_CountsFromTheWholeListOn()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1", TimeSpan.FromHours(1));
        engine.Lapi.Database.Add("192.0.2.2", TimeSpan.FromHours(2));
        await engine.PullAsync();

        engine.Change(("Sync:MaxDecisions", "1"));
        Assert.Equal(2, engine.Bouncer.Status.DecisionCount);
        await engine.PullAsync();

        Assert.Equal(1, engine.Bouncer.Status.DecisionCount);
        Assert.True(await engine.IsBannedAsync("192.0.2.2"));
    }

    [Fact]
    public async Task Interval_Changed_IsFollowedAtOnceAndWithoutTheWholeList()
    {
        await using var engine = await ReloadFixture.StartAsync(("Sync:Interval", "01:00:00"));
        await engine.Service.StartingAsync(Ct);
        await Eventually.TrueAsync(() => engine.Clock.NextTimer == TimeSpan.FromHours(1));

        engine.Change(("Sync:Interval", "00:00:30"));

        await Eventually.TrueAsync(() => engine.Clock.NextTimer == TimeSpan.FromSeconds(30));
        Assert.Equal([Whole, Delta], engine.Pulls);
        Assert.Equal(1, engine.Clock.ArmedTimers);
    }

    [Fact]
    public async Task U10_Reload_OfInvalidSettings_LeavesTheLastGoodOnesAndSaysWhy()
    {
        await using var engine = await ReloadFixture.StartAsync();
        engine.Lapi.Database.Add("192.0.2.1");
        await engine.PullAsync();

        engine.Change(("Sync:Interval", "00:00:00"), ("Lapi:Url", "ftp://192.0.2.9/"), ("TrustedNetworks:0", "192.0.2.0/24"));
        await engine.PullAsync();

        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        Assert.Equal([Whole, Delta], engine.Pulls);
        Assert.Equal(TimeSpan.FromSeconds(10), engine.Settings.CurrentValue.Sync.Interval);
        Assert.Equal(
            "The changed settings of the engine are invalid and not used; the previous ones stay in force: \n"
            + "- Bouncer:Lapi:Url must begin with http:// or https://, or name a Unix socket like unix:///run/crowdsec/lapi.sock.\n"
            + "- Bouncer:Sync:Interval is 00:00:00; it must be from 00:00:01 to 01:00:00.",
            Assert.Single(engine.Log.Lines, line => line.Id == 1129).Text);

        engine.Change(("Sync:Interval", null), ("Lapi:Url", engine.Lapi.Url.ToString()));
        Assert.Equal(VerdictSource.Trusted, (await engine.CheckAsync("192.0.2.1")).Source);
    }

    [Fact]
    public async Task Reload_OfAnUnknownKey_IsRefused()
    {
        await using var engine = await ReloadFixture.StartAsync();

        engine.Change(("TrustedNetwork", "192.0.2.0/24"), ("TrustedNetworks:0", "192.0.2.0/24"));

        Assert.Contains("Did you mean Bouncer:TrustedNetworks?", Assert.Single(engine.Log.Lines, line => line.Id == 1129).Text, StringComparison.Ordinal);
        Assert.Null(engine.Settings.CurrentValue.TrustedNetworks);
    }

    [Fact]
    public async Task Reload_WithoutAChange_DoesNothing()
    {
        await using var engine = await ReloadFixture.StartAsync();
        await engine.PullAsync();

        engine.Change();
        engine.Change(("Http:DryRun", "true"));
        await engine.PullAsync();

        Assert.DoesNotContain(engine.Log.Lines, line => line.Id is 1128 or 1129);
        Assert.Equal([Whole, Delta], engine.Pulls);
    }

    [Fact]
    public async Task Reload_OfWhatIsReadAtTheStart_TakesTheRest()
    {
        await using var engine = await ReloadFixture.StartAsync();

        engine.Change(
            ("Sync:Mode", "Live"), ("Sync:Startup", "BlockUntilReady"), ("Live:CacheSize", "5"), ("FallbackRemediation", "none"), ("EmbeddedIPv4:0", "nat64"),
            ("Sync:Interval", "00:00:30"));

        var now = engine.Settings.CurrentValue;
        Assert.Equal((BouncerMode.Stream, StartupPolicy.WaitForFirstSync, "ban"), (now.Sync.Mode, now.Sync.Startup, now.FallbackRemediation));
        Assert.Equal(100_000, now.Live.CacheSize);
        Assert.Null(now.EmbeddedIPv4);
        Assert.Equal(TimeSpan.FromSeconds(30), now.Sync.Interval);
    }

    [Fact]
    public async Task LiveMode_KeyAndUrlChanged_CountForTheNextQuery()
    {
        await using var engine = await ReloadFixture.StartAsync(("Sync:Mode", "Live"));
        await using var other = await ReloadFixture.StartLapiAsync(engine.Clock);
        other.Database.Add("192.0.2.1");
        await engine.Service.StartingAsync(Ct);
        Assert.False(await engine.IsBannedAsync("192.0.2.2"));

        engine.Change(("Lapi:Url", other.Url.ToString()), ("Lapi:ApiKey", other.ApiKey));

        Assert.True(await engine.IsBannedAsync("192.0.2.1"));
        Assert.Equal("/v1/decisions?ip=192.0.2.1", Assert.Single(other.Requests).PathAndQuery);
    }

    [Fact]
    public async Task Reloads_AtTheSameTime_EndWithTheLastSettings()
    {
        await using var engine = await ReloadFixture.StartAsync();

        await Task.WhenAll(Enumerable.Range(2, 20).Select(second => Task.Run(() => engine.Change(("Sync:Interval", $"00:00:{second:00}")), Ct)));
        engine.Change(("Sync:Interval", "00:00:45"));

        Assert.Equal(TimeSpan.FromSeconds(45), engine.Settings.CurrentValue.Sync.Interval);
    }

    private static async Task<string> BannedAsync(ReloadFixture engine)
    {
        var banned = new List<string>();
        foreach (var address in (string[])["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        {
            if (await engine.IsBannedAsync(address))
            {
                banned.Add(address);
            }
        }

        return string.Join(' ', banned);
    }
}
