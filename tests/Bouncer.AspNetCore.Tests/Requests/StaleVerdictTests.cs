using System.Net;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>F3: what is done while more may be decided than is known is lifted by no decision that is known.</summary>
public sealed class StaleVerdictTests
{
    private const string Client = "198.51.100.1";

    [Theory]
    [InlineData("", "ban", 403)]
    [InlineData("none", "ban", 403)]
    [InlineData("throttle", "ban", 403)]
    [InlineData("captcha", "ban", 403)]
    [InlineData("throttle", "captcha", 403)]
    [InlineData("ban", "none", 403)]
    [InlineData("ban", "throttle", 403)]
    [InlineData("ban throttle", "none", 403)]
    [InlineData("none", "none", 200)]
    [InlineData("throttle", "none", 200)]
    public async Task F3_Decision_DoesNotLiftWhenUnavailable(string decided, string whenUnavailable, int status)
    {
        await using var site = await StartAsync(decided, http => http.WhenUnavailable = whenUnavailable);
        Assert.Equal(status, await StatusAsync(site, "/"));
    }

    /// <summary>What a policy makes none counts as no decision.</summary>
    [Theory]
    [InlineData("captcha")]
    [InlineData("ban")]
    [InlineData("throttle captcha")]
    public async Task F3_DecisionThatAPolicyMakesNone_DoesNotLiftWhenUnavailable(string decided)
    {
        await using var site = await StartAsync(decided, http =>
        {
            http.WhenUnavailable = "ban";
            http.Policies["soft"] = new BouncerPolicyOptions { Map = { ["captcha"] = "none", ["throttle"] = "none" }, Rules = { new() { Type = "ban", Remediation = "none" } } };
            http.Policies["capped"] = new BouncerPolicyOptions { Maximum = "none" };
            http.Policies["open"] = new BouncerPolicyOptions { Maximum = "none", WhenUnavailable = "none" };
        });
        Assert.Equal(403, await StatusAsync(site, "/soft"));
        Assert.Equal(200, await StatusAsync(site, "/capped"));
        Assert.Equal(200, await StatusAsync(site, "/open"));
    }

    /// <summary>What is done without a decision comes in its turn, when all that is stronger is done or lets the client go on.</summary>
    [Fact]
    public async Task F3_BanThatAHookLetsPass_LeavesWhenUnavailable()
    {
        await using var site = await StartAsync("ban throttle", http =>
        {
            http.WhenUnavailable = "captcha";
            http.OnRemediating = context => new(context.Remediation == Remediation.Ban ? Remediation.None : context.Remediation);
        });
        Assert.Equal(403, await StatusAsync(site, "/"));
    }

    [Fact]
    public async Task TrustedClient_IsNotConcerned()
    {
        await using var site = await StartAsync("", http => http.WhenUnavailable = "ban", isTrusted: true);
        Assert.Equal(200, await StatusAsync(site, "/"));
    }

    /// <summary>An outage ends no connection that is open.</summary>
    [Theory]
    [InlineData("throttle", false)]
    [InlineData("ban", true)]
    public async Task OpenConnection_IsCheckedByWhatIsKnown(string decided, bool isBanned)
    {
        await using var site = await StartAsync(decided, http => http.WhenUnavailable = "ban");
        var judge = site.App.Services.GetRequiredService<OpenClientEvaluator>();
        Assert.Equal(isBanned, await judge.IsBannedAsync(new OpenClient(IPAddress.Parse(Client), null, null), TestContext.Current.CancellationToken));
    }

    /// <summary>The weaker decision is in the answer and nowhere else: longer ones on networks leave no room for those on this one.</summary>
    [Theory]
    [InlineData("/soft", Client)]
    [InlineData("/", null)]
    public async Task Answer_ThatCouldNotBeKept_IsCheckedWhole(string path, string? client)
    {
        var address = IPAddress.Parse(client ?? "127.0.0.1");
        string[] others = [.. Enumerable.Range(0, 13).Select(number => $"2001:db8:{number}::")];
        await using var site = await StartAsync(
            lapi =>
            {
                foreach (var other in others)
                {
                    for (var length = 49; length < 128; length++)
                    {
                        lapi.Add($"{other}/{length}", TimeSpan.FromHours(2));
                    }
                }

                lapi.Add($"{address}/31", TimeSpan.FromMinutes(30), "ban");
                lapi.Add($"{address}/31", TimeSpan.FromMinutes(30), "captcha");
            },
            http =>
            {
                http.WhenUnresolved = "none";
                http.Policies["soft"] = new BouncerPolicyOptions { Map = { ["ban"] = "none" } };
            },
            EngineState.Live);
        var engine = site.App.Services.GetRequiredService<IBouncer>();
        foreach (var other in others)
        {
            await engine.CheckAsync(IPAddress.Parse(other), TestContext.Current.CancellationToken);
        }

        using var answer = await site.GetAsync(path, client ?? "unknown");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(engine.CheckAll(address));
    }

    /// <summary>A client that sees to it that it is not named is treated no better than one that is.</summary>
    [Theory]
    [InlineData("unknown", 403)]
    [InlineData("192.0.2.77", 403)]
    public async Task F3_UnnamedClient_WhileNothingIsKnown_IsTreatedAsWhenUnavailableSays(string client, int status)
    {
        await using var site = await StartAsync("", http => (http.WhenUnavailable, http.WhenUnresolved) = ("ban", "none"));
        using var answer = await site.GetAsync("/", client);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static Task<TestSite> StartAsync(string decided, Action<BouncerHttpOptions> options, bool isTrusted = false) => StartAsync(
        lapi => lapi.Decide(Client, [.. decided.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new Remediation(name))]),
        options,
        EngineState.Stale,
        isTrusted);

    private static async Task<TestSite> StartAsync(Action<DecisionDatabase> decisions, Action<BouncerHttpOptions> options, EngineState state, bool isTrusted = false)
    {
        var site = await TestSite.StartAsync(
            bouncer => bouncer.ConfigureHttp(http =>
            {
                http.Mfa.StepUpPath = "/login";
                foreach (var name in new[] { "soft", "capped", "open" })
                {
                    http.Policies[name] = new BouncerPolicyOptions();
                }

                options(http);
            }).Services.Configure<BouncerOptions>(core => core.TrustedNetworks = isTrusted ? [Client] : []),
            decisions: decisions,
            state: state,
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                foreach (var name in new[] { "soft", "capped", "open" })
                {
                    app.MapGet("/" + name, () => "").RequireBouncer(name);
                }
            });
        var address = site.Http1.BaseAddress;
        site.Http1.Dispose();
        site.Http1 = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        return site;
    }

    private static async Task<int> StatusAsync(TestSite site, string path)
    {
        using var answer = await site.GetAsync(path, Client, accept: "text/html");
        return (int)answer.StatusCode;
    }
}
