using System.Net;
using Bouncer.TestUtils;
using Bouncer.Tests.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Engine;

public sealed class BouncerEngineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_OfUnknownTypes_GivesTheFallbackByItsStrength()
    {
        await using var sync = new SyncFixture(options => options.FallbackRemediation = "captcha");
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", "frobnicate"), sync.Make.Make("192.0.2.7", "throttle"), sync.Make.Make("192.0.2.8", "frobnicate"), sync.Make.Make("192.0.2.8", "ban")]);
        await sync.PullAsync();

        Assert.Equal("captcha", await sync.AskAsync("192.0.2.7"));
        Assert.Equal("ban", await sync.AskAsync("192.0.2.8"));
    }

    [Fact]
    public async Task Check_OfADefinedType_GivesItByItsNumber()
    {
        await using var sync = new SyncFixture(build: builder => builder.DefineRemediation(new Remediation("tarpit"), 150));
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", "tarpit"), sync.Make.Make("192.0.2.7", "throttle"), sync.Make.Make("192.0.2.8", "tarpit"), sync.Make.Make("192.0.2.8", "captcha")]);
        await sync.PullAsync();

        Assert.Equal("tarpit", await sync.AskAsync("192.0.2.7"));
        Assert.Equal("captcha", await sync.AskAsync("192.0.2.8"));
    }

    [Fact]
    public async Task Check_OfATrustedNetwork_AlwaysPasses()
    {
        await using var sync = new SyncFixture(options => options.TrustedNetworks = ["10.0.0.0/8", "2001:db8::/32"]);
        sync.Lapi.Then([sync.Make.Make("10.1.2.3"), sync.Make.Make("2001:db8::1"), sync.Make.Make("127.0.0.1")]);
        await sync.PullAsync();

        Assert.Equal(VerdictSource.Trusted, (await sync.Bouncer.CheckAsync(IPAddress.Parse("10.1.2.3"), Ct)).Source);
        Assert.Equal(VerdictSource.Trusted, (await sync.Bouncer.CheckAsync(IPAddress.Parse("::ffff:10.1.2.3"), Ct)).Source);
        Assert.Null(await sync.AskAsync("2001:db8::1"));
    }

    /// <summary>Naming a network of one's own keeps this machine trusted; whether it is has a switch.</summary>
    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "ban")]
    public async Task Check_OfLoopback_PassesUnlessItIsNotTrusted(bool trusts, string? remediation)
    {
        await using var sync = new SyncFixture(options => (options.TrustedNetworks, options.TrustLoopback) = (["10.0.0.0/8"], trusts));
        sync.Lapi.Then([sync.Make.Make("10.1.2.3"), sync.Make.Make("127.0.0.1"), sync.Make.Make("::1")]);
        await sync.PullAsync();

        Assert.Equal((null, remediation, remediation), (await sync.AskAsync("10.1.2.3"), await sync.AskAsync("127.0.0.1"), await sync.AskAsync("::1")));
    }

    /// <summary>Nothing is known of such a client either.</summary>
    [Theory]
    [InlineData(StartupPolicy.BlockUntilReady, VerdictSource.NotReady)]
    [InlineData(StartupPolicy.AllowUntilReady, VerdictSource.Unresolved)]
    public async Task Check_WithoutAnAddressBeforeTheFirstList_IsNotReadyWhereThatBlocks(StartupPolicy startup, VerdictSource before)
    {
        await using var sync = new SyncFixture(options => options.Sync.Startup = startup);
        Assert.Equal(before, (await sync.Bouncer.CheckAsync(null, Ct)).Source);
        await sync.PullAsync();
        Assert.Equal(VerdictSource.Unresolved, (await sync.Bouncer.CheckAsync(null, Ct)).Source);
    }

    [Fact]
    public async Task CheckAll_OfSeveralDecisions_GivesEachResolvedTheStrongestFirst()
    {
        await using var sync = new SyncFixture(options =>
        {
            options.FallbackRemediation = "captcha";
            options.TrustedNetworks = ["10.0.0.0/8"];
        });
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", "throttle"), sync.Make.Make("192.0.2.0/24"), sync.Make.Make("192.0.2.7", "frobnicate"), sync.Make.Make("10.0.0.1")]);
        await sync.PullAsync();

        Assert.Equal(["ban", "captcha", "throttle"], sync.Bouncer.CheckAll(IPAddress.Parse("192.0.2.7")).Select(verdict => verdict.Remediation.Name));
        Assert.Equal(["ban"], sync.Bouncer.CheckAll(IPAddress.Parse("::ffff:192.0.2.8")).Select(verdict => verdict.Remediation.Name));
        Assert.Empty(sync.Bouncer.CheckAll(IPAddress.Parse("192.0.3.1")));
        Assert.Empty(sync.Bouncer.CheckAll(IPAddress.Parse("10.0.0.1")));
        Assert.Empty(sync.Bouncer.CheckAll(null));
    }

    [Theory]
    [InlineData("ban", 1000)]
    [InlineData("enforce_mfa", 300)]
    [InlineData("captcha", 200)]
    [InlineData("limit", 100)]
    [InlineData("frobnicate", 1000)]
    [InlineData("none", 0)]
    public async Task SeverityOf_ARemediation_IsItsNumberOrTheFallbacks(string name, int severity)
    {
        await using var sync = new SyncFixture();
        Assert.Equal(severity, sync.Bouncer.SeverityOf(new Remediation(name)));
    }

    [Fact]
    public async Task B6_Loopback_IsTrustedUnlessTheListIsReplaced()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("127.0.0.0/8"), sync.Make.Make("::1")]);
        await sync.PullAsync();

        Assert.Null(await sync.AskAsync("127.0.0.1"));
        Assert.Null(await sync.AskAsync("::1"));
        Assert.Null(await sync.AskAsync("::ffff:127.0.0.9"));
    }

    [Fact]
    public async Task A8_NoAddress_IsUnresolvedAndPasses()
    {
        await using var sync = new SyncFixture();

        var verdict = await sync.Bouncer.CheckAsync(null, Ct);

        Assert.Equal(new BouncerVerdict(default, null, VerdictSource.Unresolved), verdict);
    }

    [Fact]
    public async Task A6_ZoneOfAnAddress_IsIgnored()
    {
        await using var sync = new SyncFixture(options => options.TrustLoopback = false);
        sync.Lapi.Then([sync.Make.Make("fe80::7")]);
        await sync.PullAsync();

        Assert.Equal("ban", await sync.AskAsync("fe80::7%3"));
    }

    [Fact]
    public async Task Check_OfAMiss_AllocatesNothing()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([.. Enumerable.Range(0, 1000).Select(i => sync.Make.Make($"10.0.{i / 256}.{i % 256}"))]);
        await sync.PullAsync();
        IPAddress[] clients = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("10.0.200.1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("::ffff:10.0.200.1")];

        var allowed = 0;
        for (var warmUp = 0; warmUp < 200; warmUp++)
        {
            allowed += CheckAll(sync.Bouncer, clients);
        }

        Assert.Equal(200 * clients.Length, allowed);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var round = 0; round < 10_000; round++)
            {
                Assert.True(CheckAll(sync.Bouncer, clients) == clients.Length);
            }
        }));
    }

    [Fact]
    public async Task Store_GivesLiveDecisionsOnly()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", lasts: TimeSpan.FromMinutes(1)), sync.Make.Make("192.0.2.0/24", "captcha"), sync.Make.Make("jane", "mfa", scope: "username")]);
        await sync.PullAsync();

        Assert.Equal(3, sync.Store.Count);
        Assert.True(sync.Store.TryFind(IPAddress.Parse("192.0.2.7"), out var decision));
        Assert.Equal("ban", decision.Type);
        Assert.Equal(2, sync.Store.FindAll(IPAddress.Parse("192.0.2.7")).Count);
        Assert.Equal(2, sync.Store.FindAll(DecisionScope.Ip, "192.0.2.7").Count);
        Assert.Equal("mfa", Assert.Single(sync.Store.FindAll(DecisionScope.Username, "jane")).Remediation.Name);
        Assert.Equal(3, sync.Store.Enumerate().Count());

        sync.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(sync.Store.FindAll(IPAddress.Parse("192.0.2.7")));
        Assert.Equal(2, sync.Store.Enumerate().Count());
    }

    [Fact]
    public async Task CheckAll_OfAScope_GivesTheLiveDecisionsOnTheValueAlone()
    {
        await using var sync = new SyncFixture(options => options.FallbackRemediation = "captcha");
        sync.Lapi.Then(
        [
            sync.Make.Make("jane", "throttle", scope: "username"), sync.Make.Make("jane", "enforce_mfa", scope: "username", lasts: TimeSpan.FromMinutes(1)),
            sync.Make.Make("joe", "frobnicate", scope: "Username"), sync.Make.Make("FR", scope: "Country"),
        ]);
        await sync.PullAsync();

        var verdicts = sync.Bouncer.CheckAll(DecisionScope.Username, "jane");
        Assert.Equal([Remediation.Mfa, Remediation.Throttle], verdicts.Select(verdict => verdict.Remediation));
        Assert.Equal("enforce_mfa", verdicts[0].Decision?.Type);
        Assert.Equal(VerdictSource.Store, verdicts[0].Source);
        Assert.Equal(Remediation.Captcha, Assert.Single(sync.Bouncer.CheckAll(DecisionScope.Username, "joe")).Remediation);
        Assert.Equal(Remediation.Ban, Assert.Single(sync.Bouncer.CheckAll(DecisionScope.Country, "fr")).Remediation);
        Assert.Empty(sync.Bouncer.CheckAll(DecisionScope.Username, "Jane"));
        Assert.Empty(sync.Bouncer.CheckAll(DecisionScope.Country, "jane"));

        sync.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Remediation.Throttle, Assert.Single(sync.Bouncer.CheckAll(DecisionScope.Username, "jane")).Remediation);
    }

    [Fact]
    public async Task HasDecisions_OfAScope_FollowsEveryChange()
    {
        await using var sync = new SyncFixture();
        Decision[] both = [sync.Make.Make("jane", scope: "username"), sync.Make.Make("jane", "captcha", scope: "username"), sync.Make.Make("joe", scope: "username"), sync.Make.Make("192.0.2.7")];
        sync.Lapi.Then(both).Then([], deleted: [both[0], both[2]]).Then([], deleted: [both[1]]);
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.Username));

        await sync.PullAsync();
        Assert.True(sync.Bouncer.HasDecisions(DecisionScope.Username));
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.Country));
        await sync.PullAsync();
        Assert.True(sync.Bouncer.HasDecisions(DecisionScope.Username));
        await sync.PullAsync();
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.Username));
    }

    [Theory]
    [InlineData("64496")]
    [InlineData("AS64496")]
    [InlineData("as64496")]
    public async Task CheckAll_OfAnAS_FindsItWithAndWithoutItsPrefix(string decided)
    {
        await using var sync = new SyncFixture();
        Decision[] decisions = [sync.Make.Make(decided, scope: "AS"), sync.Make.Make("ASX", scope: "AS")];
        sync.Lapi.Then(decisions).Then([], deleted: [decisions[0]]);
        await sync.PullAsync();
        foreach (var asked in (string[])["64496", "AS64496", "as64496"])
        {
            Assert.Equal(decided, Assert.Single(sync.Bouncer.CheckAll(DecisionScope.AS, asked)).Decision?.Value);
            Assert.True(sync.Bouncer.HasDecisions(DecisionScope.AS, asked));
        }

        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.AS, "64497"));
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.AS, "X"));
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.Country, "64496"));

        await sync.PullAsync();
        Assert.False(sync.Bouncer.HasDecisions(DecisionScope.AS, "64496"));
    }

    [Fact]
    public async Task HasDecisions_AllocatesNothing()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("jane", scope: "username"), sync.Make.Make("AS64496", scope: "AS")]);
        await sync.PullAsync();
        var misses = 0;
        for (var round = 0; round < 200; round++)
        {
            misses += Misses(sync.Bouncer);
        }

        Assert.Equal(200 * 5, misses);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var round = 0; round < 1000; round++)
            {
                Assert.True(Misses(sync.Bouncer) == 5);
            }
        }));
    }

    [Fact]
    public async Task SeverityOf_RanksDefinedAndUnknownRemediations()
    {
        await using var sync = new SyncFixture(options => options.FallbackRemediation = "captcha", builder => builder.DefineRemediation(new Remediation("tarpit"), 150));

        Remediation[] ranked = [Remediation.None, Remediation.Throttle, new("tarpit"), Remediation.Captcha, Remediation.Mfa, Remediation.Ban];
        Assert.Equal(ranked, ranked.Reverse().OrderBy(sync.Bouncer.SeverityOf));
        Assert.Equal(0, sync.Bouncer.SeverityOf(Remediation.None));
        Assert.Equal(200, sync.Bouncer.SeverityOf(new Remediation("frobnicate")));
    }

    private static int Misses(IBouncer bouncer) =>
        (bouncer.HasDecisions(DecisionScope.Username) ? 1 : 0) + (bouncer.HasDecisions(DecisionScope.Country) ? 0 : 1)
        + (bouncer.HasDecisions(DecisionScope.AS, "64496") ? 1 : 0) + (bouncer.HasDecisions(DecisionScope.AS, "64497") ? 0 : 1)
        + (bouncer.HasDecisions(DecisionScope.Country, "FR") ? 0 : 1);

    private static int CheckAll(IBouncer bouncer, IPAddress[] clients)
    {
        var allowed = 0;
        foreach (var client in clients)
        {
            var verdict = bouncer.CheckAsync(client, CancellationToken.None);
            allowed += verdict.IsCompletedSuccessfully && verdict.Result.IsAllowed ? 1 : 0;
        }

        return allowed;
    }
}
