using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Ban;

public sealed class BanTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public async Task Ban_Browser_GetsSelfContainedPage()
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", TestSite.Banned, Browser);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.InRange(page.Length, 500, 8 * 1024);
        Assert.Contains("<html lang=\"en\" dir=\"ltr\">", page, StringComparison.Ordinal);
        Assert.Contains("automated system made this decision", page, StringComparison.Ordinal);
        Assert.Matches("<code dir=\"ltr\">[2-9BCDFGHJKMNPQRSTVWXYZ]{8}</code>", page);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ban_Program_GetsProblemDocument()
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(403, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("Forbidden", problem.RootElement.GetProperty("title").GetString());
        Assert.Equal("about:blank", problem.RootElement.GetProperty("type").GetString());
        Assert.Matches("^[2-9BCDFGHJKMNPQRSTVWXYZ]{8}$", problem.RootElement.GetProperty("reference").GetString());
    }

    [Fact]
    public async Task Ban_RequestIsTraced_TheTraceHasTheReference()
    {
        Activity? traced = null;
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.Use(async (context, next) =>
            {
                using var activity = new Activity("test").Start();
                traced = activity;
                await next(context);
            });
            TestSite.DefaultPipeline(app);
        });
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Contains($"\"reference\":\"{traced!.GetTagItem("bouncer.reference")}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ban_ApplicationHasProblemDetails_ItsCustomisationApplies()
    {
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.AddProblemDetails(
            options => options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["shop"] = "example"));
        using var answer = await site.GetAsync("/", TestSite.Banned, "application/json");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("example", problem.RootElement.GetProperty("shop").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("reference").GetString()!);
    }

    [Theory]
    [InlineData("text/plain", "text/plain; charset=utf-8", true)]
    [InlineData("image/png", null, false)]
    public async Task Ban_NeitherPageNorDocumentAccepted_GetsTextOrNothing(string accept, string? type, bool hasBody)
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", TestSite.Banned, accept);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(hasBody, (await answer.Content.ReadAsStringAsync()).Length > 0);
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    [InlineData("image/png")]
    public async Task C10_Refusal_IsStoredByNoCache(string accept)
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", TestSite.Banned, accept);
        Assert.Equal("no-store, private", Header(answer, "Cache-Control"));
        Assert.Equal("no-store", Header(answer, "CDN-Cache-Control"));
        Assert.Equal("no-store", Header(answer, "Surrogate-Control"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("Accept, Accept-Language", Header(answer, "Vary"));
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    public async Task C9_NothingOfTheRequest_IsEchoed(string accept)
    {
        const string Evil = "<script>alert(1)</script>";
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.Use((context, next) =>
            {
                Activity.Current = null;
                context.TraceIdentifier = Evil + context.TraceIdentifier;
                return next(context);
            });
            TestSite.DefaultPipeline(app);
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/%3Cscript%3E?q=" + Evil);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Banned);
        request.Headers.TryAddWithoutValidation("User-Agent", "agent" + Evil);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await site.Http1.SendAsync(request);
        var text = answer.Headers + await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        foreach (var piece in new[] { "<script", "192.0.2", "scenario", "agent", "127.0.0.1", "q=" })
        {
            Assert.DoesNotContain(piece, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C12_HugeAccept_IsAnsweredLikeNone(bool hasProblemDetails)
    {
        await using var site = await TestSite.StartAsync(configure: builder =>
        {
            if (hasProblemDetails)
            {
                builder.Services.AddProblemDetails();
            }
        });
        using var answer = await site.GetAsync("/", TestSite.Banned, "text/html," + new string(',', 20_000));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);

        // The framework's writer, which would parse the header, adds this.
        Assert.DoesNotContain("traceId", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/grpc", "application/grpc")]
    [InlineData("application/grpc+proto", "application/grpc")]
    [InlineData("application/grpc-web+proto", "application/grpc-web")]
    [InlineData("application/grpc-web-text", "application/grpc-web-text")]
    public async Task C14_Grpc_GetsTrailersOnlyPermissionDenied(string type, string answered)
    {
        await using var site = await TestSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Get")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "Content-Type", type } } },
        };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Banned);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        using var answer = await site.Http2.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("7", Header(answer, "grpc-status"));
        Assert.Equal(answered, answer.Content.Headers.ContentType?.ToString());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(0, site.Reached);
    }

    [Fact]
    public async Task C14_TypeThatOnlyBeginsLikeGrpc_IsNoGrpc()
    {
        await using var site = await TestSite.StartAsync();
        var answer = await site.SendRawAsync("POST / HTTP/1.1\nHost: a\nX-Forwarded-For: 192.0.2.66\nContent-Type: application/grpcish\nContent-Length: 0\nConnection: close\n\n");
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C13_WebSocketHandshake_GetsBare403()
    {
        await using var site = await TestSite.StartAsync();
        var answer = await site.SendRawAsync(
            "GET /chat HTTP/1.1\nHost: a\nX-Forwarded-For: 192.0.2.66\nConnection: Upgrade, close\nUpgrade: WebSocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nAccept: text/html\n\n");
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: no-store, private", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C13_ExtendedConnect_GetsBare403()
    {
        await using var site = await TestSite.StartAsync();
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("X-Forwarded-For", TestSite.Banned);
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        var address = new UriBuilder(site.Http2.BaseAddress!) { Scheme = "ws", Path = "/chat" }.Uri;
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(address, invoker, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        Assert.DoesNotContain("Content-Type", socket.HttpResponseHeaders!.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task C15_Head_GetsTheHeadersOfGetAndNoBody(string accept)
    {
        await using var site = await TestSite.StartAsync();
        using var get = await site.GetAsync("/", TestSite.Banned, accept);
        using var head = await site.GetAsync("/", TestSite.Banned, accept, HttpMethod.Head);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task C16_ResponseStarted_ConnectionIsAborted()
    {
        await using var site = await TestSite.StartAsync(pipeline: TestSite.BegunPipeline);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => site.GetAsync("/", TestSite.Banned));
        Assert.Equal(0, site.Reached);
        Assert.Equal(1, site.Logs.Count(EventIds.ResponseStarted));
    }

    [Fact]
    public async Task C18_BodyOfRefusedRequest_IsNotAwaited()
    {
        await using var site = await TestSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("never sent") };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Banned);
        request.Headers.ExpectContinue = true;
        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(429)]
    [InlineData(451)]
    public async Task Ban_StatusCodeOption_IsAnsweredInHeadAndBody(int status)
    {
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.Ban.StatusCode = status));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains($"\"status\":{status},", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ban_Template_IsShownWithItsStylesAllowed()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "<!DOCTYPE html><style>p { color: red }</style><p>Näh: {{reference}} / {{reference}}</p>");
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(o => o.Ban.Template = file),
            pipeline: app =>
            {
                app.Use((context, next) =>
                {
                    context.TraceIdentifier = "<b>";
                    return next(context);
                });
                TestSite.DefaultPipeline(app);
            });
        using var answer = await site.GetAsync("/", TestSite.Banned, "text/html");
        Assert.Matches("^<!DOCTYPE html><style>p { color: red }</style><p>Näh: ([2-9A-Z]{8}) / \\1</p>$", await answer.Content.ReadAsStringAsync());
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData("p { color: red }"u8));
        Assert.Contains($"style-src 'sha256-{hash}';", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public async Task Ban_OwnHandler_IsUsed()
    {
        await using var site = await TestSite.StartAsync(b => b.AddRemediation(Remediation.Ban, 1000, async context =>
        {
            await context.HttpContext.Response.WriteAsync("own page");
            return RemediationResult.Handled;
        }));
        using var answer = await site.GetAsync("/", TestSite.Banned, "text/html");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("own page", await answer.Content.ReadAsStringAsync());
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        string.Join(", ", answer.Headers.NonValidated.Contains(name) ? answer.Headers.NonValidated[name] : answer.Content.Headers.NonValidated[name]);
}
