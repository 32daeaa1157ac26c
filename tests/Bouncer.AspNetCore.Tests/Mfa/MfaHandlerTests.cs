using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Mfa;

/// <summary>Who gets past a decision of type mfa, and how everybody else is asked.</summary>
public sealed class MfaHandlerTests
{
    private const string Html = "text/html,application/xhtml+xml,*/*;q=0.8";
    private const string Client = "192.0.2.77";
    private const long Now = 1_767_225_600;

    private readonly TestClock _clock = new();

    [Theory]
    [InlineData("alice", false)]
    [InlineData("alice; amr=mfa", false)]
    [InlineData("alice; auth_time=1767225600", false)]
    [InlineData("alice; amr=pwd; auth_time=1767225600", false)]
    [InlineData("alice; amr=pwd; amr=mfa; auth_time=1767225600", true)]
    [InlineData("alice; http://schemas.microsoft.com/claims/authnmethodsreferences=mfa; auth_time=1767225600", true)]
    [InlineData("alice; acr=gold; auth_time=1767225600", true)]
    [InlineData("alice; acr=silver; auth_time=1767225600", false)]
    [InlineData("alice; amr=mfa; auth_time=1767224701", true)]
    [InlineData("alice; amr=mfa; auth_time=1767224700", false)]
    [InlineData("alice; amr=mfa; auth_time=1767225660", true)]
    [InlineData("alice; amr=mfa; auth_time=1767225661", false)]
    [InlineData("alice; amr=mfa; auth_time=-1", false)]
    [InlineData("alice; amr=mfa; auth_time=99999999999999999999", false)]
    [InlineData("alice; amr=mfa; auth_time=9223372036854775807", false)]
    [InlineData("alice; amr=mfa; auth_time=now", false)]
    public async Task Session_OfASecondFactorShownOfLate_Passes(string session, bool passes)
    {
        await using var site = await StartAsync(options => options.AcrValues = ["gold"]);
        using var answer = await SendAsync(site, session);
        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(passes, answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(passes ? 1 : 0, site.Reached);
    }

    [Fact]
    public async Task Ticket_LastsAsLongAsTheSecondFactorCounts_ForItsUserAndClientOnly()
    {
        await using var site = await StartAsync();
        var cookie = await TicketAsync(site, $"alice; amr=mfa; auth_time={Now - 600}");
        _clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(200, await StatusAsync(site, "alice", cookie));
        Assert.Equal(303, await StatusAsync(site, "bob", cookie));
        Assert.Equal(418, await StatusAsync(site, null, cookie));
        Assert.Equal(303, await StatusAsync(site, "alice", cookie, client: "192.0.2.78"));
        Assert.Equal(303, await StatusAsync(site, "alice", cookie[..^5] + "AAAAA"));
        _clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(303, await StatusAsync(site, "alice", cookie));
    }

    [Fact]
    public async Task Ticket_NewerDecisionOrBan_IsWorthNothing()
    {
        await using var site = await StartAsync();
        var cookie = await TicketAsync(site, $"alice; amr=mfa; auth_time={Now}");
        await site.DecideAsync(Client, Remediation.Mfa);
        Assert.Equal(303, await StatusAsync(site, "alice", cookie));
        await site.BanAsync(Client);
        Assert.Equal(403, await StatusAsync(site, "alice", cookie));
    }

    /// <summary>Two decisions, the weaker one newer: each is satisfied once, and neither undoes the other.</summary>
    [Fact]
    public async Task Ticket_CaptchaOfANewerDecisionToo_BothLastTogether()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(Client, Remediation.Mfa, Remediation.Captcha);
        await using var site = await StartAsync(decisions: decisions, captcha: false, bouncer: b => b.AddRemediation<GrantingHandler>(Remediation.Captcha, 200));
        using var shown = await SendAsync(site, $"alice; amr=mfa; auth_time={Now}");
        Assert.Equal(HttpStatusCode.Accepted, shown.StatusCode);
        var cookies = shown.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).ToArray();
        Assert.Equal(2, cookies.Length);
        Assert.Equal(200, await StatusAsync(site, "alice", string.Join("; ", cookies)));
        Assert.Equal(303, await StatusAsync(site, "alice", cookies[1]));
    }

    [Fact]
    public async Task Grant_ByTheApplicationsPage_LetsTheUserPass()
    {
        await using var site = await StartAsync(pipeline: app => app.MapPost("/step-up/done", (HttpContext context, IMfaClearance stepUp) =>
            stepUp.GrantAsync(context, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "id-of-alice"), new Claim("name", "alice")], "code")))));
        Assert.Equal(303, await StatusAsync(site, "alice", null));
        using var request = Request("alice", path: "/step-up/done", method: HttpMethod.Post);
        using var done = await site.Http1.SendAsync(request);
        var cookie = CookieOf(done);
        Assert.Equal(200, await StatusAsync(site, "alice", cookie));
        Assert.Equal(303, await StatusAsync(site, "bob", cookie));
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(303, await StatusAsync(site, "alice", cookie));
    }

    /// <summary>The page has no verdict then, and the ticket is for the decision in force.</summary>
    [Fact]
    public async Task Grant_OnAnExemptPage_LetsTheUserPass()
    {
        await using var site = await StartAsync(pipeline: app => app.MapPost("/exempt", (HttpContext context, IMfaClearance stepUp) =>
            stepUp.GrantAsync(context, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "id-of-alice"), new Claim("name", "alice")], "code")))).BypassBouncer());
        using var request = Request("alice", path: "/exempt", method: HttpMethod.Post);
        using var done = await site.Http1.SendAsync(request);
        Assert.Equal(200, await StatusAsync(site, "alice", CookieOf(done)));
    }

    /// <summary>Whichever decision asks for the second factor, and whatever stronger one a policy turns into something else.</summary>
    [Theory]
    [InlineData("country", true)]
    [InlineData("older ban that is none", true)]
    [InlineData("stronger one of the application's own", true)]
    [InlineData("stronger one of the application's own", false)]
    public async Task Grant_AmongSeveralDecisions_LetsTheUserPass(string decided, bool isExempt)
    {
        const string range = "192.0.2.0/24";
        var own = new Remediation("own");
        await using var site = await StartAsync(
            decisions: lapi =>
            {
                if (decided == "country")
                {
                    lapi.Decide(DecisionScope.Country, "QQ", Remediation.Mfa);
                }
                else
                {
                    lapi.Decide(Client, decided[0] == 'o' ? Remediation.Ban : own).Decide(range, Remediation.Mfa);
                }
            },
            pipeline: app =>
            {
                var page = app.MapPost("/step-up/done", (HttpContext context, IMfaClearance stepUp) =>
                    stepUp.GrantAsync(context, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "id-of-alice"), new Claim("name", "alice")], "code"))));
                if (isExempt)
                {
                    page.BypassBouncer();
                }
            },
            bouncer: b => b
                .AddScopeResolver(DecisionScope.Country, (_, _) => new("QQ"))
                .AddRemediation(own, 506, _ => new(RemediationResult.Continue))
                .ConfigureHttp(http => http.Policies["default"] = new() { Map = { ["ban"] = "none" } }));
        Assert.Equal(303, await StatusAsync(site, "alice", null));
        using var request = Request("alice", path: "/step-up/done", method: HttpMethod.Post);
        using var done = await site.Http1.SendAsync(request);
        Assert.Equal(200, await StatusAsync(site, "alice", CookieOf(done)));
    }

    /// <summary>A user who signs in with a second factor is judged as anonymous in that very request.</summary>
    [Fact]
    public async Task Grant_OnSignInOfAUserDecidedOn_CoversThatDecision()
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(DecisionScope.Username, "alice", Remediation.Mfa);
        await using var site = await StartAsync(options => options.UserNameClaim = "name", decisions, app => app.MapPost("/login", (HttpContext context, IMfaClearance stepUp) =>
            stepUp.GrantAsync(context, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "id-of-alice"), new Claim("name", "alice")], "code")))));
        using var request = Request(null, path: "/login", method: HttpMethod.Post);
        using var done = await site.Http1.SendAsync(request);
        Assert.Equal(303, await StatusAsync(site, "alice", null));
        Assert.Equal(200, await StatusAsync(site, "alice", CookieOf(done)));
    }

    /// <summary>The ticket is for the decision that asks for it, not for one on the user that is no stronger.</summary>
    [Theory]
    [InlineData("throttle")]
    [InlineData("mfa")]
    public async Task Grant_ToAUserWithADecisionThatIsNoStronger_CoversThatOnTheAddress(string ofUser)
    {
        Action<DecisionDatabase> decisions = lapi => lapi
            .Decide(DecisionScope.Username, "alice", new Remediation(ofUser))
            .Decide(Client, Remediation.Mfa);
        await using var site = await StartAsync(options => options.UserNameClaim = "name", decisions, app => app.MapPost("/step-up/done", (HttpContext context, IMfaClearance stepUp) =>
            stepUp.GrantAsync(context, new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "id-of-alice"), new Claim("name", "alice")], "code")))));
        using var request = Request("alice", path: "/step-up/done", method: HttpMethod.Post);
        using var done = await site.Http1.SendAsync(request);
        Assert.Equal(200, await StatusAsync(site, "alice", CookieOf(done)));
    }

    [Theory]
    [InlineData("/a/b?c=d&e=%2F", "%2Fa%2Fb%3Fc%3Dd%26e%3D%252F")]
    [InlineData("/", "%2F")]
    [InlineData("//evil.example/x", "%2F")]
    [InlineData("/%5Cevil.example", "%2F%255Cevil.example")]
    [InlineData("/%0d%0aX-Evil:1", "%2F%250D%250AX-Evil:1")]
    [InlineData("/é", "%2F%25C3%25A9")]
    [InlineData("http://evil.example/x", "%2Fx")]
    public async Task Browser_IsSentToTheStepUpPage_AndComesBackToThisSite(string target, string back)
    {
        await using var site = await StartAsync();
        var answer = await site.SendRawAsync(
            $"GET {(target == "/é" ? "/%C3%A9" : target)} HTTP/1.1\nHost: {(target[0] == 'h' ? "evil.example" : "site.example")}\nX-Forwarded-For: {Client}\nX-User: alice\nAccept: {Html}\nConnection: close\n\n");
        Assert.StartsWith("HTTP/1.1 303", answer, StringComparison.Ordinal);
        var location = answer.Split("\r\n").Single(line => line.StartsWith("Location:", StringComparison.Ordinal))["Location: ".Length..];
        Assert.Equal(("/step-up?returnUrl=" + back).ToUpperInvariant(), location.Replace(":", "%3A", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal).ToUpperInvariant());
        Assert.DoesNotContain("X-Evil: 1", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("self", "/form?step=2", "%2Fform%3Fstep%3D2")]
    [InlineData("self", "//evil.example", "%2F")]
    [InlineData("http://evil.example", "/form", "%2F")]
    [InlineData("", "nonsense", "%2F")]
    public async Task BrowserPosts_ComesBackToItsForm(string origin, string path, string back)
    {
        await using var site = await StartAsync();
        using var request = Request("alice", path: "/form/send", method: HttpMethod.Post);
        request.Headers.TryAddWithoutValidation("Referer", (origin == "self" ? site.Http1.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin) + path);
        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/step-up?returnUrl=" + back, answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task BrowserPosts_ToAHostThatHasNoUnicodeForm_ComesBackToItsForm()
    {
        await using var site = await StartAsync();
        using var request = Request("alice", path: "/form/send", method: HttpMethod.Post);
        request.Headers.Host = "xn--0.test";
        request.Headers.TryAddWithoutValidation("Referer", "http://xn--0.test/form");
        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal("/step-up?returnUrl=%2Fform", answer.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task BelowAPathBase_StepUpPageAndReturnAreToo()
    {
        await using var site = await StartAsync(before: app => app.UsePathBase("/base"));
        using var answer = await SendAsync(site, "alice", path: "/base/x");
        Assert.Equal("/base/step-up?returnUrl=%2Fbase%2Fx", answer.Headers.Location?.OriginalString);
        Assert.Equal(200, await StatusAsync(site, "alice", null, path: "/base/step-up"));
    }

    [Theory]
    [InlineData("application/json", null, null)]
    [InlineData("*/*", null, null)]
    [InlineData(Html, "Bearer x", null)]
    [InlineData(Html, null, "cors")]
    public async Task C17_Program_IsToldAsRfc9470Says(string accept, string? authorization, string? mode)
    {
        await using var site = await StartAsync(options => options.AcrValues = ["urn:b", "urn:a"]);
        using var request = Request("alice", accept: accept);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (mode is not null)
        {
            request.Headers.Add("Sec-Fetch-Mode", mode);
        }

        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(
            "Bearer error=\"insufficient_user_authentication\", error_description=\"A recent second factor is required\", acr_values=\"urn:a urn:b\", max_age=\"900\"",
            Assert.Single(answer.Headers.NonValidated["WWW-Authenticate"]));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(401, problem.RootElement.GetProperty("status").GetInt32());
        Assert.DoesNotContain("alice", problem.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C13_WebSocketHandshake_GetsABare401()
    {
        await using var site = await StartAsync();
        var answer = await site.SendRawAsync(
            $"GET / HTTP/1.1\nHost: x\nX-Forwarded-For: {Client}\nX-User: alice\nAccept: {Html}\nConnection: Upgrade, close\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n");
        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Location", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C14_GrpcCall_GetsUnauthenticatedAsItsStatus()
    {
        await using var site = await StartAsync();
        using var request = Request("alice", method: HttpMethod.Post);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        using var answer = await site.Http2.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("16", Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 401)]
    public async Task C15_Preflight_PassesAndOtherOptionsDoNot(bool isPreflight, int status)
    {
        await using var site = await StartAsync();
        using var request = Request("alice", accept: "*/*", method: HttpMethod.Options);
        if (isPreflight)
        {
            request.Headers.Add("Origin", "https://other.example");
            request.Headers.Add("Access-Control-Request-Method", "PUT");
        }

        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task C15_Head_GetsTheHeadersOfGet()
    {
        await using var site = await StartAsync();
        using var request = Request("alice", accept: "*/*", method: HttpMethod.Head);
        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.True(answer.Content.Headers.ContentLength > 0);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task C16_ResponseStarted_CutsTheConnection()
    {
        await using var site = await StartAsync(before: app => app.Use(TestSite.BeginAsync));
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var answer = await SendAsync(site, "alice");
            await answer.Content.ReadAsStringAsync();
        });
        Assert.Equal(0, site.Reached);
        Assert.Equal(1, site.Logs.Count(EventIds.ResponseStarted));
    }

    [Theory]
    [InlineData("/step-up", 200)]
    [InlineData("/STEP-UP/codes", 200)]
    [InlineData("/step-upwards", 303)]
    [InlineData("/account/login", 200)]
    [InlineData("/account/login/post", 200)]
    [InlineData("/account", 303)]
    [InlineData("/account/login/../settings", 303)]
    [InlineData("/account/login/..;/settings", 303)]
    [InlineData("/account/login/..;a=b/settings", 303)]
    [InlineData("/account/login/..%5csettings", 303)]
    [InlineData("/account/login/..%2Fsettings", 303)]
    [InlineData("/account/login/..%2fsettings", 303)]
    [InlineData("/step-up/..%3b/settings", 303)]
    [InlineData("/account/login/a..b/c", 200)]
    [InlineData("/account/login/a%2Fb", 200)]
    public async Task C20_OpenPaths_StayOpenForMfaAndShutForBans(string path, int status)
    {
        await using var site = await StartAsync(options => options.OpenPaths = ["/account/login"]);
        Assert.Equal(status, await StatusAsync(site, "alice", null, path: path));
        await site.BanAsync(Client);
        Assert.Equal(403, await StatusAsync(site, "alice", null, path: path));
    }

    [Theory]
    [InlineData(AnonymousFallback.Captcha, Html, 418)]
    [InlineData(AnonymousFallback.Ban, Html, 403)]
    [InlineData(AnonymousFallback.Challenge, Html, 302)]
    [InlineData(AnonymousFallback.Challenge, "application/json", 401)]
    public async Task Anonymous_TakesTheFallback(AnonymousFallback fallback, string accept, int status)
    {
        await using var site = await StartAsync(options => (options.AnonymousFallback, options.OpenPaths) = (fallback, ["/login"]));
        using var answer = await SendAsync(site, null, accept, "/x?y=z");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 302 ? "/login?scheme=test&back=%2Fx%3Fy%3Dz&acr=&age=00:15:00" : null, answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("mfa")]
    public async Task Anonymous_WithoutAHandlerForCaptcha_IsBanned(string fallback)
    {
        await using var site = await StartAsync(
            captcha: false, bouncer: b => b.Services.Configure<BouncerOptions>(options => options.FallbackRemediation = fallback));
        Assert.Equal(403, await StatusAsync(site, null, null));
    }

    [Fact]
    public async Task SignedIn_NothingSetUpToStepUpWith_TakesTheFallback()
    {
        await using var site = await StartAsync(options => options.StepUpPath = null);
        Assert.Equal(418, await StatusAsync(site, "alice", null));
        using var program = await SendAsync(site, "alice", "application/json");
        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.Equal(200, await StatusAsync(site, $"alice; amr=mfa; auth_time={Now}", null));
    }

    [Fact]
    public async Task SignedIn_ChallengeScheme_GetsAcrAndAge()
    {
        await using var site = await StartAsync(options =>
            (options.StepUpPath, options.ChallengeScheme, options.AcrValues, options.MaxAge, options.OpenPaths) = (null, "strong", ["gold"], TimeSpan.FromMinutes(5), ["/login"]));
        using var answer = await SendAsync(site, "alice", path: "/x");
        Assert.Equal("/login?scheme=strong&back=%2Fx&acr=gold&age=00:05:00", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("alice; level=high", 200)]
    [InlineData("alice; amr=mfa; auth_time=1767225600", 303)]
    public async Task Policy_OfTheApplication_DecidesAlone(string session, int status)
    {
        await using var site = await StartAsync(options => options.Policy = "strong");
        Assert.Equal(status, await StatusAsync(site, session, null));
    }

    [Fact]
    public async Task Policy_ThatIsNotDefined_IsRefusedAndReported()
    {
        await using var site = await StartAsync(options => options.Policy = "absent");
        Assert.Equal(403, await StatusAsync(site, "alice", null));
        Assert.Equal(1, site.Logs.Count(EventIds.RemediationFailed));
    }

    [Theory]
    [InlineData("username", "alice")]
    [InlineData("address", Client)]
    public async Task Outcome_OfEither_IsRecordedWithoutUser(string by, string value)
    {
        Action<DecisionDatabase>? decisions = by == "address" ? null : lapi => lapi.Decide(DecisionScope.Username, value, Remediation.Mfa);
        await using var site = await StartAsync(options => options.UserNameClaim = "name", decisions);
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        Assert.Equal(303, await StatusAsync(site, "alice", null));
        Assert.Equal(200, await StatusAsync(site, $"alice; amr=mfa; auth_time={Now}", null));
        var counts = await Eventually.GetAsync(() => Task.FromResult(remediations.Counts), counts => counts.Length == 2);
        Assert.Equal([("cleared", 1), ("handled", 1)], counts.Select(count => (count.Tags.Split('=')[^1], count.Count)));
        Assert.All(counts, count => Assert.StartsWith("bouncer.remediation=mfa ", count.Tags, StringComparison.Ordinal));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Text.Contains("alice", StringComparison.Ordinal));
    }

    private static void DecideOnClients(DecisionDatabase lapi) => lapi.Decide(Client, Remediation.Mfa).Decide("192.0.2.78", Remediation.Mfa);

    private async Task<TestSite> StartAsync(
        Action<MfaOptions>? mfa = null,
        Action<DecisionDatabase>? decisions = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplication>? before = null,
        Action<IBouncerBuilder>? bouncer = null,
        bool captcha = true)
    {
        var site = await TestSite.StartAsync(
            b =>
            {
                b.ConfigureHttp(options => options.Mfa.StepUpPath = "/step-up").ConfigureHttp(options => mfa?.Invoke(options.Mfa));
                _ = captcha ? b.AddRemediation<NamingHandler>(Remediation.Captcha, 200) : b;
                bouncer?.Invoke(b);
            },
            app =>
            {
                before?.Invoke(app);
                TestSite.DefaultPipeline(app);
                pipeline?.Invoke(app);
            },
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_clock);
                HeaderAuthentication.Add(builder.Services);
                HeaderAuthentication.Add(builder.Services, "strong");
                builder.Services.AddAuthentication("test");
                builder.Services.AddAuthorizationBuilder().AddPolicy("strong", policy => policy.RequireClaim("level", "high"));
            },
            decisions ?? DecideOnClients);
        var address = site.Http1.BaseAddress;
        site.Http1 = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };
        return site;
    }

    private static HttpRequestMessage Request(string? session, string accept = Html, string path = "/", HttpMethod? method = null, string client = Client)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation(HeaderAuthentication.Header, session);
        }

        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(TestSite site, string? session, string accept = Html, string path = "/")
    {
        using var request = Request(session, accept, path);
        return await site.Http1.SendAsync(request);
    }

    private static async Task<int> StatusAsync(TestSite site, string? session, string? cookie, string client = Client, string path = "/")
    {
        using var request = Request(session, path: path, client: client);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var answer = await site.Http1.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static async Task<string> TicketAsync(TestSite site, string session)
    {
        using var answer = await SendAsync(site, session);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return CookieOf(answer);
    }

    private static string CookieOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];

    private sealed class GrantingHandler(ClearanceCookie clearance, TimeProvider time) : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            if (clearance.Holds(context, ClearanceLevel.Captcha))
            {
                return new(RemediationResult.Cleared);
            }

            clearance.Grant(context, ClearanceLevel.Captcha, time.GetUtcNow(), TimeSpan.FromHours(1));
            context.HttpContext.Response.StatusCode = StatusCodes.Status202Accepted;
            return new(RemediationResult.Handled);
        }
    }
}
