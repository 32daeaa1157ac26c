using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>What a client gets in place of what it wanted.</summary>
public sealed class CaptchaHandlerTests
{
    [Fact]
    public async Task Captcha_Navigation_ShowsThePageInPlace()
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.GetAsync("/shop?item=1", ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("text/html", answer.Type);
        Assert.Contains("action=\"/.bouncer/captcha\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"return\" value=\"/shop?item=1\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("://", answer.Body, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(answer.Body.Length, 4096, 20 * 1024);
        Assert.Equal(0, site.Site.Reached);
    }

    [Fact]
    public async Task Captcha_NoBrowserHint_AcceptDecides()
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal("text/html", (await site.GetAsync("/")).Type);
        Assert.Equal("application/problem+json", (await site.GetAsync("/", ("Accept", "application/json"))).Type);
        Assert.Equal("application/problem+json", (await site.GetAsync("/", ("Accept", ""))).Type);
    }

    [Theory]
    [InlineData("Sec-Fetch-Dest", "empty")]
    [InlineData("Sec-Fetch-Dest", "image")]
    [InlineData("Sec-Fetch-Dest", "script")]
    [InlineData("Sec-Fetch-Dest", "iframe")]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("Sec-Fetch-Mode", "no-cors")]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    [InlineData("Accept", "image/avif,image/webp,*/*;q=0.8")]
    [InlineData("Accept", "*/*")]
    public async Task C17_PartOfAPage_GetsAProblemWithTheChallengeLink(string header, string value)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.GetAsync("/api?x=1&y=2", (header, value));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("application/problem+json", answer.Type);
        using var problem = JsonDocument.Parse(answer.Body);
        Assert.Equal("/.bouncer/captcha?return=%2Fapi%3Fx%3D1%26y%3D2", problem.RootElement.GetProperty("challenge").GetString());
        Assert.Equal(403, problem.RootElement.GetProperty("status").GetInt32());

        var page = await site.GetAsync(problem.RootElement.GetProperty("challenge").GetString()!);
        Assert.Contains("name=\"return\" value=\"/api?x=1&amp;y=2\"", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C17_ApplicationWithProblemDetails_CustomisesTheProblem()
    {
        await using var site = await CaptchaSite.StartAsync(configure: builder => builder.Services.AddProblemDetails(problems =>
            problems.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions["site"] = "mine"));
        using var problem = JsonDocument.Parse((await site.GetAsync("/", ("Accept", "application/json"))).Body);
        Assert.Equal("mine", problem.RootElement.GetProperty("site").GetString());
        Assert.Equal("/.bouncer/captcha?return=%2F", problem.RootElement.GetProperty("challenge").GetString());
    }

    [Fact]
    public async Task C13_WebSocketOverHttp1_GetsABare403()
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.Site.SendRawAsync($"""
            GET /ws HTTP/1.1
            Host: localhost
            Connection: Upgrade, close
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Accept: {CaptchaSite.Browser}
            X-Forwarded-For: {CaptchaSite.Suspect}


            """);
        Assert.StartsWith("HTTP/1.1 403 Forbidden", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C14_Grpc_GetsPermissionDeniedInTrailersOnly()
    {
        await using var site = await CaptchaSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/svc/Call")
        {
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", CaptchaSite.Suspect);
        using var answer = await site.Site.Http2.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("7", Assert.Single(answer.Headers.GetValues("grpc-status")));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task C15_Head_GetsTheHeadersAndNoBody()
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.SendAsync(HttpMethod.Head, "/", null);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("text/html", answer.Type);
        Assert.Empty(answer.Body);
        Assert.NotEmpty(answer.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task C15_Preflight_PassesAndAnyOtherOptionsDoesNot()
    {
        await using var site = await CaptchaSite.StartAsync();
        var preflight = await site.SendAsync(HttpMethod.Options, "/", null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"));
        Assert.Equal("hello", preflight.Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.SendAsync(HttpMethod.Options, "/", null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.SendAsync(HttpMethod.Options, "/", null, ("Origin", "https://app.example"))).Status);
        Assert.Equal(1, site.Site.Reached);
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    [InlineData("DELETE")]
    public async Task C15_OtherMethod_GetsAProblem(string method)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.SendAsync(new HttpMethod(method), "/", null);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("application/problem+json", answer.Type);
    }

    [Fact]
    public async Task C16_ResponseHasStarted_ConnectionIsAborted()
    {
        await using var site = await CaptchaSite.StartAsync(pipeline: TestSite.BegunPipeline);
        await Assert.ThrowsAsync<HttpRequestException>(() => site.GetAsync("/"));
        Assert.Equal(0, site.Site.Reached);
    }

    [Fact]
    public async Task C18_PostWithAnEndlessBody_IsAnsweredBeforeItIsRead()
    {
        await using var site = await CaptchaSite.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, site.Site.Http1.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var head = "POST /order HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n"
            + $"Accept: {CaptchaSite.Browser}\r\nX-Forwarded-For: {CaptchaSite.Suspect}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());
        var answer = "";
        while (!answer.Contains("</html>", StringComparison.Ordinal))
        {
            answer += await reader.ReadLineAsync(TestContext.Current.CancellationToken) + "\n";
        }

        Assert.StartsWith("HTTP/1.1 403 Forbidden", answer, StringComparison.Ordinal);
        Assert.Contains("did not arrive", answer, StringComparison.Ordinal);
        Assert.Contains("data-wait=\"1\"", answer, StringComparison.Ordinal);
        Assert.Contains("value=\"/order\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C20_OwnPages_AreOpenToTheChallengedAndShutToTheBanned()
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Contains("id=\"solution\"", (await site.GetAsync("/.bouncer/captcha")).Body, StringComparison.Ordinal);
        Assert.Equal("""{"say":"right"}""", (await site.GetAsync("/.bouncer/captcha/challenge")).Body);
        foreach (var path in new[] { "/.bouncer/captcha", "/.bouncer/captcha/challenge" })
        {
            var answer = await site.GetAsync(path, ("X-Forwarded-For", TestSite.Banned));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains("Access denied", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task C20_NoDecision_GoesStraightOn()
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.GetAsync("/.bouncer/captcha?return=/here", ("X-Forwarded-For", TestSite.Clean));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal("/here", answer.Location);
        var posted = await site.PostAsync("", returnPath: "/here", headers: ("X-Forwarded-For", TestSite.Clean));
        Assert.Equal("/here", posted.Location);
        Assert.Null(posted.Cookie);
        Assert.Equal(HttpStatusCode.NoContent, (await site.GetAsync("/.bouncer/captcha/challenge", ("X-Forwarded-For", TestSite.Clean))).Status);
        Assert.Empty(site.Provider.Asked);
    }

    [Fact]
    public async Task C21_ApplicationsPathsBelowThePrefix_AreItsOwnAndTheirsAreNot()
    {
        await using var site = await CaptchaSite.StartAsync(pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapGet("/.bouncer/captcha", () => "the application's");
            app.MapGet("/.bouncer/captchas", () => "the application's");
        });
        Assert.Contains("id=\"solution\"", (await site.GetAsync("/.bouncer/captcha")).Body, StringComparison.Ordinal);
        Assert.Equal("the application's", (await site.GetAsync("/.bouncer/captchas", ("X-Forwarded-For", TestSite.Clean))).Body);
    }

    [Fact]
    public async Task C21_PathBaseAndOwnPrefix_AreInEveryLink()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.PathPrefix = "/guard", app =>
        {
            app.UsePathBase("/sub dir");
            app.UseRouting();
            TestSite.DefaultPipeline(app);
        });
        var page = await site.GetAsync("/sub%20dir/shop?a=b");
        Assert.Contains("action=\"/sub%20dir/guard/captcha\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("data-source=\"/sub%20dir/guard/captcha/challenge\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"/sub%20dir/shop?a=b\"", page.Body, StringComparison.Ordinal);
        var solved = await site.PostAsync("right", "/sub%20dir/guard/captcha", "/sub%20dir/shop?a=b");
        Assert.Equal("/sub%20dir/shop?a=b", solved.Location);
        Assert.Equal("/sub%20dir/", (await site.PostAsync("right", "/sub%20dir/guard/captcha", "/sub%20dir/guard/captcha")).Location);
    }

    [Fact]
    public async Task C22_ConnectionWhoseAddressChanges_IsCheckedByEachRequest()
    {
        await using var site = await CaptchaSite.StartAsync();
        var cookie = await site.ClearAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 1 }) { BaseAddress = site.Site.Http1.BaseAddress };
        List<int> statuses = [];
        foreach (var address in new[] { CaptchaSite.Suspect, CaptchaSite.OtherSuspect, CaptchaSite.Suspect })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([200, 403, 200], statuses);
    }

    [Fact]
    public async Task Captcha_DryRun_Passes()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.DryRun = true);
        Assert.Equal("hello", (await site.GetAsync("/")).Body);
        Assert.Equal(HttpStatusCode.SeeOther, (await site.GetAsync("/.bouncer/captcha")).Status);
    }
}
