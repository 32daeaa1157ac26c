using System.Net;
using System.Text.Json;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>A challenge of the application's own: a handler, an endpoint, a clearance and refusals, by the public contract alone.</summary>
public sealed class OwnChallengeTests
{
    private const string Suspect = "192.0.2.10";
    private const string OtherSuspect = "192.0.2.11";
    private const string Browser = "text/html";

    private static readonly Remediation Rules = new("rules");
    private static readonly Remediation Quiz = new("quiz");

    [Fact]
    public async Task Challenge_SendsABrowserToItsEndpoint_AndAClearanceLetsItThrough()
    {
        await using var site = await StartAsync();
        using var sent = await site.GetAsync("/shop?item=1", Suspect, Browser);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var link = sent.Headers.Location!.ToString();
        Assert.StartsWith("/.bouncer/rules?", link, StringComparison.Ordinal);

        using var page = await site.GetAsync(link, Suspect, Browser);
        Assert.Equal("the page", await page.Content.ReadAsStringAsync());
        Assert.Equal(0, site.Reached);

        using var accepted = await PostAsync(site, link, Suspect);
        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
        Assert.Equal("/shop?item=1", accepted.Headers.Location!.ToString());
        var cookie = CookieOf(accepted);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "/shop", Suspect, cookie));
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(site, "/shop", OtherSuspect, cookie));
    }

    /// <summary>The visitor of two addresses gets the page by one and answers by the other.</summary>
    [Fact]
    public async Task Clearance_IsForTheClientThatTheLinkWasMadeFor()
    {
        await using var site = await StartAsync();
        using var sent = await site.GetAsync("/", Suspect, Browser);
        using var accepted = await PostAsync(site, sent.Headers.Location!.ToString(), TestSite.Clean);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "/", Suspect, CookieOf(accepted)));
    }

    [Fact]
    public async Task Clearance_DoesNotCoverANewerDecision()
    {
        await using var site = await StartAsync();
        var cookie = await ClearAsync(site, "/.bouncer/rules", Suspect);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "/", Suspect, cookie));
        await site.DecideAsync(Suspect, Rules);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(site, "/", Suspect, cookie));
    }

    [Fact]
    public async Task Clearances_OfTwoChallenges_StandSideBySide()
    {
        await using var site = await StartAsync();
        await site.DecideAsync(Suspect, Rules, Quiz);
        var rules = await ClearAsync(site, "/.bouncer/rules", Suspect);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(site, "/", Suspect, rules));
        var quiz = await ClearAsync(site, "/.bouncer/quiz", Suspect);
        Assert.NotEqual(rules.Split('=')[0], quiz.Split('=')[0]);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(site, "/", Suspect, quiz));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(site, "/", Suspect, $"{rules}; {quiz}"));
    }

    [Fact]
    public async Task Clearance_FromAForeignPage_IsNotGranted()
    {
        await using var site = await StartAsync();
        using var answer = await PostAsync(site, "/.bouncer/rules", Suspect, origin: "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Endpoint_IsBlockedByABan_AndOpenWithoutADecision()
    {
        await using var site = await StartAsync();
        using var banned = await site.GetAsync("/.bouncer/rules", TestSite.Banned, Browser);
        Assert.Contains("Access denied", await banned.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var clean = await site.GetAsync("/.bouncer/rules?return=/shop", TestSite.Clean, Browser);
        Assert.Equal("/shop", clean.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/.bouncer/rules")]
    [InlineData("/.bouncer/captcha?x=1")]
    public async Task ReturnPath_IsOfThisSite_AndNoEndpoint(string path)
    {
        await using var site = await StartAsync();
        using var answer = await site.GetAsync("/.bouncer/rules?return=" + Uri.EscapeDataString(path), TestSite.Clean, Browser);
        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Refusal_HasTheFormThatTheClientReads()
    {
        await using var site = await StartAsync();
        using var problem = await site.GetAsync("/", Suspect, "application/json");
        Assert.Equal(HttpStatusCode.Conflict, problem.StatusCode);
        Assert.Equal("application/problem+json", problem.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"detail\":\"Say \\\"yes\\\" first.\"", await problem.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var text = await site.GetAsync("/", Suspect, "text/plain");
        Assert.Equal("Say \"yes\" first.\n", await text.Content.ReadAsStringAsync());
        using var call = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent([0, 0, 0, 0, 0]), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        call.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        call.Headers.TryAddWithoutValidation("X-Forwarded-For", Suspect);
        using var grpc = await site.Http2.SendAsync(call);
        Assert.Equal("7", Assert.Single(grpc.Headers.GetValues("grpc-status")));
    }

    /// <summary>By the application's own service the reason is encoded once, too.</summary>
    [Fact]
    public async Task Refusal_ByTheServiceForProblems_HasTheReasonAsItIs()
    {
        await using var site = await StartAsync(b => b.Services.AddProblemDetails());
        using var answer = await site.GetAsync("/", Suspect, "application/json");
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("Say \"yes\" first.", problem.RootElement.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("rules", "begin with a slash")]
    [InlineData("/", "begin with a slash")]
    [InlineData("/Rules", "/rules")]
    [InlineData("/captcha", "/captcha")]
    public async Task Endpoint_WithAPathThatCannotBe_StopsTheStart(string path, string expected)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(b => b.AddEndpoint(path, _ => new(RemediationResult.Handled))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("")]
    public async Task LinkTo_APathWithoutASlash_Throws(string path)
    {
        Exception? seen = null;
        await using var site = await StartAsync(b => b.AddRemediation(new Remediation("odd"), 10, context =>
        {
            seen = Record.Exception(() => context.LinkTo(path));
            return new(RemediationResult.Handled);
        }));
        await site.DecideAsync(TestSite.Clean, new Remediation("odd"));
        using var answer = await site.GetAsync("/", TestSite.Clean, Browser);
        Assert.IsType<ArgumentException>(seen);
    }

    private static async Task<TestSite> StartAsync(Action<IBouncerBuilder>? more = null)
    {
        var site = await TestSite.StartAsync(b =>
        {
            b.AddRemediation(Rules, 150, new Challenge(Rules)).AddEndpoint(new AcceptEndpoint(Rules));
            b.AddRemediation(Quiz, 160, new Challenge(Quiz)).AddEndpoint(new AcceptEndpoint(Quiz));
            more?.Invoke(b);
        },
        decisions: lapi => lapi.Decide(Suspect, Rules).Decide(OtherSuspect, Rules));
        site.Http1.Dispose();
        site.Http1 = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(site.App.Urls.First()) };
        return site;
    }

    private static async Task<string> ClearAsync(TestSite site, string path, string client)
    {
        using var accepted = await PostAsync(site, path, client);
        return CookieOf(accepted);
    }

    private static string CookieOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];

    private static async Task<HttpResponseMessage> PostAsync(TestSite site, string path, string client, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("Origin", origin ?? site.Http1.BaseAddress!.GetLeftPart(UriPartial.Authority));
        return await site.Http1.SendAsync(request);
    }

    private static async Task<HttpStatusCode> StatusAsync(TestSite site, string path, string client, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("Accept", Browser);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var answer = await site.Http1.SendAsync(request);
        return answer.StatusCode;
    }

    private sealed class Challenge(Remediation remediation) : IChallengeHandler
    {
        public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            if (context.HasClearance(remediation))
            {
                return RemediationResult.Cleared;
            }

            if (!context.IsNavigation)
            {
                return await context.RefuseAsync(StatusCodes.Status409Conflict, "Say \"yes\" first.");
            }

            context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.HttpContext.Response.Headers.Location = context.LinkTo("/" + remediation.Name);
            return RemediationResult.Handled;
        }
    }

    private sealed class AcceptEndpoint(Remediation remediation) : IBouncerEndpoint
    {
        public string Path => "/" + remediation.Name;

        public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            var response = context.HttpContext.Response;
            var isAccepted = HttpMethods.IsPost(context.HttpContext.Request.Method) && context.IsSameOrigin
                && context.GrantClearance(remediation, TimeSpan.FromMinutes(5));
            if (isAccepted || context.Remediation.IsNone || context.HasClearance(remediation))
            {
                response.StatusCode = StatusCodes.Status303SeeOther;
                response.Headers.Location = context.ReturnPath;
            }
            else
            {
                await response.WriteAsync("the page", context.CancellationToken);
            }

            return RemediationResult.Handled;
        }
    }
}
