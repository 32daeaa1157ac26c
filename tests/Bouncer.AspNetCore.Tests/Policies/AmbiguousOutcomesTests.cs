using System.Net;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Policies;

/// <summaryF13: a path that other servers read as another one is refused if any policy refuses, whatever the others make of the
/// same client and whatever the client has proved to them.</summary>
public sealed class AmbiguousOutcomesTests
{
    private const string DryRun = "dry run";

    /// <summary>What is stronger than a ban.</summary>
    private static readonly Remediation Strongest = new("strongest");

    private static readonly string[] Kinds = ["GET", "captcha solved", "second factor shown", "both", "preflight"];

    private static readonly string[] Paths = ["//x", "/x;a", "/other//x", "/exempt//x"];

    /// <summary>What a policy makes of a ban.</summary>
    private static readonly string[] AllOutcomes = ["none", "throttle", "captcha", "mfa", "ban", Strongest.Name, DryRun];

    public static TheoryData<string> Outcomes => [.. AllOutcomes];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task F13_RefusedUnderAnyPolicy_IsRefused(string byDefault)
    {
        List<string> expected = [], found = [];
        foreach (var byOther in AllOutcomes)
        {
            await using var site = await StartAsync(byDefault, byOther);
            var headersOf = await HeadersAsync(site);
            foreach (var (kind, headers) in headersOf)
            {
                var isRefused = await IsRefusedAsync(site, kind, "/x", headers) | await IsRefusedAsync(site, kind, "/other/x", headers);
                foreach (var path in Paths)
                {
                    var name = $"{byDefault}, other {byOther}, {kind}, {path}: ";
                    expected.Add(name + isRefused);
                    found.Add(name + await IsRefusedAsync(site, kind, path, headers));
                }
            }
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task F13_BannedUnderAnyPolicy_OpenConnectionEnds(string byDefault)
    {
        List<string> expected = [], found = [];
        foreach (var byOther in AllOutcomes)
        {
            await using var site = await StartAsync(byDefault, byOther);
            var judge = site.Site.App.Services.GetRequiredService<OpenClientEvaluator>();
            foreach (var policy in new[] { "default", "other" })
            {
                var client = new OpenClient(
                    IPAddress.Parse(TestSite.Banned), new Endpoint(null, new EndpointMetadataCollection(new BouncerAttribute(policy)), null), null, "/..;/x");
                var name = $"{byDefault}, other {byOther}, asked for {policy}: ";
                expected.Add(name + (byDefault == "ban" || byOther == "ban"));
                found.Add(name + await judge.IsBannedAsync(client, TestContext.Current.CancellationToken));
            }
        }

        Assert.Equal(expected, found);
    }

    /// <summary>A client does not choose the milder of two rates.</summary>
    [Fact]
    public async Task F13_RateOfAnotherPolicy_Counts()
    {
        await using var site = await StartAsync("throttle", "throttle", http => http.Policies["default"].Throttle.PermitLimit = 10);
        var headers = (await HeadersAsync(site))["GET"];
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/x", headers)).Status);
    }

    /// <summary>A client has one clearance, so two captchas would ask in turn for ever: the endpoint's own one is asked.</summary>
    [Fact]
    public async Task TwoCaptchas_AreOneChallenge()
    {
        await using var site = await StartAsync("captcha", "captcha", http => http.Policies["other"].Captcha.Difficulty = 9);
        var headers = (await HeadersAsync(site))["captcha solved"];
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/other//x", headers)).Status);
    }

    [Fact]
    public async Task Application_IsToldOfTheStrongestOfAllThatIsNotSatisfied()
    {
        string? told = null;
        await using var site = await StartAsync(
            "throttle", Strongest.Name, tell: context => told = $"{context.GetBouncerVerdict().Remediation} {context.Features.Get<IBouncerFeature>()?.Remediation}");
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", (await HeadersAsync(site))["GET"])).Status);
        Assert.Equal($"ban {Strongest}", told);
    }

    /// <summary>As long as nothing is known a dry run lets through, and the other policies do not.</summary>
    [Theory]
    [InlineData("ban", HttpStatusCode.ServiceUnavailable)]
    [InlineData(DryRun, HttpStatusCode.OK)]
    public async Task F13_NotReady_IsRefusedUnlessAllAreDryRuns(string byOther, HttpStatusCode status)
    {
        await using var site = await StartAsync(DryRun, byOther, http => http.Policies.Remove("desk"), state: EngineState.NotReady);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/x", ("X-Forwarded-For", TestSite.Clean))).Status);
        Assert.Equal(status, (await site.GetAsync("//x", ("X-Forwarded-For", TestSite.Clean))).Status);
    }

    private static Task<CaptchaSite> StartAsync(
        string byDefault, string byOther, Action<BouncerHttpOptions>? options = null, Action<HttpContext>? tell = null, EngineState state = EngineState.Synchronized) => CaptchaSite.StartAsync(
        http =>
        {
            http.Throttle.PermitLimit = 1;
            http.Throttle.Window = TimeSpan.FromHours(1);
            http.Mfa.StepUpPath = "/step-up";
            http.Policies["default"] = PolicyOf(byDefault);
            http.Policies["other"] = PolicyOf(byOther);
            http.Policies["desk"] = PolicyOf("none");
            options?.Invoke(http);
        },
        app =>
        {
            TestSite.DefaultPipeline(app);
            app.Use((context, next) =>
            {
                tell?.Invoke(context);
                return next(context);
            });
            app.Map("/other/{**rest}", () => "").RequireBouncer("other");
            app.Map("/exempt/{**rest}", () => "").BypassBouncer();
        },
        builder =>
        {
            new TestBuilder(builder.Services).AddRemediation<PassingHandler>(Strongest, 1500);
            HeaderAuthentication.Add(builder.Services);
        },
        state: state);

    private static BouncerPolicyOptions PolicyOf(string outcome) =>
        outcome == DryRun ? new() { DryRun = true } : new() { Map = { ["ban"] = outcome } };

    private static string ClientOf(string kind) => $"198.51.100.{Array.IndexOf(Kinds, kind)}";

    /// <summary>Has a client of each kind prove what its kind has proved. From then on it is banned, by a decision that is older.</summary>
    private static async Task<Dictionary<string, (string Name, string Value)[]>> HeadersAsync(CaptchaSite site)
    {
        DecisionTransaction? bans = null;
        await site.Site.ChangeAsync(lapi =>
        {
            bans = lapi.Begin();
            foreach (var client in Kinds.Select(ClientOf))
            {
                bans.Add(client);
                lapi.Decide(client, Remediation.Captcha);
            }
        });
        var headersOf = new Dictionary<string, (string, string)[]>();
        foreach (var kind in Kinds)
        {
            List<(string, string)> headers = [("X-Forwarded-For", ClientOf(kind))];
            if (kind is "captcha solved" or "both")
            {
                headers.Add(("Cookie", await site.ClearAsync(ClientOf(kind), "/.bouncer/captcha?p=desk")));
            }

            if (kind is "second factor shown" or "both")
            {
                headers.Add((HeaderAuthentication.Header, $"alice; amr=mfa; auth_time={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}"));
            }

            if (kind == "preflight")
            {
                headers.AddRange([("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT")]);
            }

            headersOf[kind] = [.. headers];
        }

        await site.Site.ChangeAsync(lapi =>
        {
            bans!.Commit();
            lapi.RemoveWhere(row => row.Type == "captcha");
        });
        bans!.Dispose();
        return headersOf;
    }

    /// <summary>Whether the second request is refused: the first one may have the permit of its rate.</summary>
    private static async Task<bool> IsRefusedAsync(CaptchaSite site, string kind, string path, (string Name, string Value)[] headers)
    {
        var method = kind == "preflight" ? HttpMethod.Options : HttpMethod.Get;
        await site.SendAsync(method, path, null, headers);
        return (await site.SendAsync(method, path, null, headers)).Status != HttpStatusCode.OK;
    }

    private sealed class PassingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => new(RemediationResult.Continue);
    }
}
