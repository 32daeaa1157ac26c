using System.Net;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Policies;

/// <summaryF13: a path that other servers read as another one is refused if any policy refuses, whatever the others make of the
/// same client and whatever the client has proved to them.</summary>
public sealed class AmbiguousOutcomesTests
{
    private const string DryRun = "dry run";

    private static readonly string[] Kinds = ["GET", "captcha solved", "second factor shown", "both", "preflight"];

    private static readonly string[] Paths = ["//x", "/x;a", "/other//x", "/exempt//x"];

    /// <summary>What a policy makes of a ban.</summary>
    private static readonly string[] AllOutcomes = ["none", "throttle", "captcha", "mfa", "ban", FakeBouncer.Strongest.Name, DryRun];

    public static TheoryData<string> Outcomes => [.. AllOutcomes];

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task F13_RefusedUnderAnyPolicy_IsRefused(string byDefault)
    {
        List<string> expected = [], found = [];
        foreach (var byOther in AllOutcomes)
        {
            await using var site = await StartAsync(byDefault, byOther);
            foreach (var (kind, number) in Kinds.Select((kind, number) => (kind, number)))
            {
                var client = $"198.51.100.{number}";
                var headers = await HeadersAsync(site, kind, client);
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
        var headers = await HeadersAsync(site, "GET", "198.51.100.1");
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/x", headers)).Status);
    }

    /// <summary>A client has one clearance, so two captchas would ask in turn for ever: the endpoint's own one is asked.</summary>
    [Fact]
    public async Task TwoCaptchas_AreOneChallenge()
    {
        await using var site = await StartAsync("captcha", "captcha", http => http.Policies["other"].Captcha.Difficulty = 9);
        var headers = await HeadersAsync(site, "captcha solved", "198.51.100.1");
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", headers)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/other//x", headers)).Status);
    }

    [Fact]
    public async Task Application_IsToldOfTheStrongestOfAllThatIsNotSatisfied()
    {
        string? told = null;
        await using var site = await StartAsync(
            "throttle", FakeBouncer.Strongest.Name, tell: context => told = $"{context.GetBouncerVerdict().Remediation} {context.Features.Get<IBouncerFeature>()?.Remediation}");
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("//x", await HeadersAsync(site, "GET", "198.51.100.1"))).Status);
        Assert.Equal($"ban {FakeBouncer.Strongest}", told);
    }

    /// <summary>As long as nothing is known a dry run lets through, and the other policies do not.</summary>
    [Theory]
    [InlineData("ban", HttpStatusCode.ServiceUnavailable)]
    [InlineData(DryRun, HttpStatusCode.OK)]
    public async Task F13_NotReady_IsRefusedUnlessAllAreDryRuns(string byOther, HttpStatusCode status)
    {
        await using var site = await StartAsync(DryRun, byOther, http => http.Policies.Remove("desk"));
        site.Site.Bouncer.Others = new BouncerVerdict(Remediation.Ban, null, VerdictSource.NotReady);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/x", ("X-Forwarded-For", TestSite.Clean))).Status);
        Assert.Equal(status, (await site.GetAsync("//x", ("X-Forwarded-For", TestSite.Clean))).Status);
    }

    private static Task<CaptchaSite> StartAsync(
        string byDefault, string byOther, Action<BouncerHttpOptions>? options = null, Action<HttpContext>? tell = null) => CaptchaSite.StartAsync(
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
            new TestBuilder(builder.Services).AddRemediation<PassingHandler>(FakeBouncer.Strongest, 1500);
            HeaderAuthentication.Add(builder.Services);
        });

    private static BouncerPolicyOptions PolicyOf(string outcome) =>
        outcome == DryRun ? new() { DryRun = true } : new() { Map = { ["ban"] = outcome } };

    /// <summary>Has a client that is banned from here on prove what its kind has proved.</summary>
    private static async Task<(string Name, string Value)[]> HeadersAsync(CaptchaSite site, string kind, string client)
    {
        List<(string, string)> headers = [("X-Forwarded-For", client)];
        if (kind is "captcha solved" or "both")
        {
            site.Site.Bouncer.Decide(client, FakeBouncer.VerdictOf(Remediation.Captcha, id: 9));
            headers.Add(("Cookie", await site.ClearAsync(client, "/.bouncer/captcha?p=desk")));
        }

        if (kind is "second factor shown" or "both")
        {
            headers.Add((HeaderAuthentication.Header, $"alice; amr=mfa; auth_time={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}"));
        }

        if (kind == "preflight")
        {
            headers.AddRange([("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT")]);
        }

        site.Site.Bouncer.Ban(client);
        return [.. headers];
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
