using System.Net;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.AppSec;

public sealed class AppSecActionTests
{
    [Theory]
    [InlineData("/rpc2", "", HttpStatusCode.Forbidden)]
    [InlineData("/?x=attack", "", HttpStatusCode.Forbidden)]
    [InlineData("/length", "a=evilbody", HttpStatusCode.Forbidden)]
    [InlineData("/length", "a=fine", HttpStatusCode.OK)]
    public async Task Request_ThatARuleMatches_IsRefused(string path, string body, HttpStatusCode expected)
    {
        await using var site = await InspectedSite.StartAsync();
        using var response = body.Length == 0 ? await site.GetAsync(path) : await site.PostAsync(path, new StringContent(body));

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(0, site.Site.Reached);
    }

    [Theory]
    [InlineData(405, 403, 405)]
    [InlineData(403, 200, 403)]
    [InlineData(200, 403, 200)]
    [InlineData(503, 500, 503)]
    public async Task Ban_HasTheStatusOfTheAnswer_WhateverTheStatusOfTheCall(int status, int code, int expected)
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Rules = _ => AppSecReply.Ban with { HttpStatus = status, Code = code };

        using var response = await site.GetAsync("/", accept: "application/json");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Contains($"\"status\":{expected}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("no-store, private", response.Headers.CacheControl?.ToString());
        Assert.Equal(0, site.Site.Reached);
    }

    /// <summary>A rule can set any number as the status.</summary>
    [Theory]
    [InlineData("ban", 600, 403)]
    [InlineData("ban", 99, 403)]
    [InlineData("ban", 101, 403)]
    [InlineData("ban", -1, 403)]
    [InlineData("ban", 204, 403)]
    [InlineData("ban", 304, 403)]
    [InlineData("allow", 600, 200)]
    [InlineData("challenge", 600, 403)]
    [InlineData("challenge", 304, 304)]
    public async Task Status_ThatIsNone_LeavesTheAction(string action, int status, int expected)
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Rules = _ => AppSecReply.Ban with { Action = action, HttpStatus = status, Code = 600, Body = "page" };

        using var response = await site.GetAsync("/", accept: "text/plain");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(action == "allow" ? 1 : 0, site.Site.Reached);
        Assert.DoesNotContain(site.Site.Logs.GetSnapshot(), line => line.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("Location", "/a\r\nSet-Cookie: x=1")]
    [InlineData("Set-Cookie", "a=1\nX-Added: 1")]
    [InlineData("X\r\nX-Added", "1")]
    public async Task Challenge_WithALineEndInAHeader_IsRefused_AndAddsNoHeader(string name, string value)
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Rules = _ => AppSecReply.Challenge("<p>page</p>") with { Headers = new Dictionary<string, IReadOnlyList<string>> { [name] = [value] } };

        using var response = await site.GetAsync("/");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key is "Location" or "Set-Cookie" or "X-Added");
        Assert.Equal(0, site.Site.Reached);
    }

    [Fact]
    public async Task Allow_WithAnotherStatusOfTheCall_Passes()
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Rules = _ => AppSecReply.Allow with { Code = 403 };

        Assert.Equal("hello", await (await site.GetAsync("/")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Captcha_ShowsTheCaptchaOfTheBouncer()
    {
        await using var site = await InspectedSite.StartAsync();
        using var response = await site.GetAsync("/?x=captcha", accept: "text/html");

        Assert.Contains("/.bouncer/captcha", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, site.Site.Reached);
    }

    [Fact]
    public async Task CustomAction_GoesToItsHandler_AndAnUnknownOneToTheFallback()
    {
        await using var site = await InspectedSite.StartAsync(bouncer: builder => builder.AddRemediation(
            new Remediation("tarpit"), 10, context => context.RefuseAsync(429, "Slow down.")));
        site.AppSec.Rules = request => AppSecReply.Ban with { Action = request.Uri == "/known" ? "tarpit" : "whatever-else" };

        Assert.Equal(HttpStatusCode.TooManyRequests, (await site.GetAsync("/known")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/unknown")).StatusCode);
    }

    [Fact]
    public async Task Challenge_IsRelayedAsItIs()
    {
        await using var site = await InspectedSite.StartAsync();
        site.AppSec.Rules = _ => AppSecReply.Challenge("<p>é &amp; script</p>") with
        {
            HttpStatus = 200,
            Cookies = ["a=1; Path=/; HttpOnly", "b=2"],
            Headers = new Dictionary<string, IReadOnlyList<string>>
            {
                ["Content-Type"] = ["text/html"], ["Content-Security-Policy"] = ["default-src 'self'"], ["Cache-Control"] = ["no-cache, no-store"],
                ["X-Two"] = ["1", "2"], ["Content-Length"] = ["3"], ["Transfer-Encoding"] = ["chunked"],
            },
        };

        using var response = await site.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("<p>é &amp; script</p>", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/html", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(["default-src 'self'"], response.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["a=1; Path=/; HttpOnly", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(["1", "2"], response.Headers.GetValues("X-Two"));
        Assert.Equal(0, site.Site.Reached);
    }

    [Fact]
    public async Task Challenge_IsSolvedOverItsOwnPaths_UnderAnyPolicy()
    {
        // Only the policy of one endpoint inspects; the paths of the challenge have no endpoint.
        await using var site = await InspectedSite.StartAsync(
            options => options.Enabled = false,
            builder => builder.AddPolicy("shop", policy => policy.AppSec()),
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/shop", () => "shop").RequireBouncer("shop");
            });
        site.AppSec.RequireChallenge = true;

        using var page = await site.GetAsync("/shop");
        Assert.Contains("Content-Security-Policy", page.Headers.Select(header => header.Key));
        using var script = await site.GetAsync("/crowdsec-internal/challenge/pow-worker.js");
        Assert.Equal("application/javascript", script.Content.Headers.ContentType?.MediaType);
        using var grant = await site.PostAsync("/crowdsec-internal/challenge/submit", new StringContent("f=browser&n=solved"));
        var cookie = Assert.Single(grant.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/shop") { Headers = { { "Cookie", cookie }, { "X-Forwarded-For", TestSite.Clean } } };
        using var passed = await site.Site.Http1.SendAsync(request);

        Assert.Equal("shop", await passed.Content.ReadAsStringAsync());
        Assert.Equal("hello", await (await site.GetAsync("/elsewhere")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Hook_SeesWhoRefused_AndDecides()
    {
        BouncerVerdict seen = default;
        await using var site = await InspectedSite.StartAsync(bouncer: builder => builder.ConfigureHttp(http => http.OnRemediating = context =>
        {
            seen = context.Verdict;
            return new(Remediation.None);
        }));

        Assert.Equal("hello", await (await site.GetAsync("/rpc2")).Content.ReadAsStringAsync());
        Assert.Equal((VerdictSource.AppSec, null, Remediation.Ban), (seen.Source, seen.Decision, seen.Remediation));
    }
}
