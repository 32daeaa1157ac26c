using System.Net;
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
        Assert.Equal("ban", await sync.AskAsync("127.0.0.1"));
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
        await using var sync = new SyncFixture(options => options.TrustedNetworks = []);
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

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 10_000; round++)
        {
            allowed += CheckAll(sync.Bouncer, clients);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_200 * clients.Length, allowed);
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
