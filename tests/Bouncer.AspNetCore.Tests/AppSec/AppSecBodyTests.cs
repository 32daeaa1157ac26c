using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.AppSec;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.AppSec;

public sealed class AppSecBodyTests
{
    private const int Limit = 100_000;

    [Theory]
    [InlineData(AppSecBodyAction.Partial, false, HttpStatusCode.OK, Limit)]
    [InlineData(AppSecBodyAction.Partial, true, HttpStatusCode.OK, Limit)]
    [InlineData(AppSecBodyAction.HeadersOnly, false, HttpStatusCode.OK, 0)]
    [InlineData(AppSecBodyAction.HeadersOnly, true, HttpStatusCode.OK, 0)]
    [InlineData(AppSecBodyAction.Allow, false, HttpStatusCode.OK, -1)]
    [InlineData(AppSecBodyAction.Allow, true, HttpStatusCode.OK, -1)]
    [InlineData(AppSecBodyAction.Block, false, HttpStatusCode.RequestEntityTooLarge, -1)]
    [InlineData(AppSecBodyAction.Block, true, HttpStatusCode.RequestEntityTooLarge, -1)]
    public async Task LargeBody_IsTreatedAsSet(AppSecBodyAction action, bool isChunked, HttpStatusCode expected, int inspected)
    {
        await using var site = await InspectedSite.StartAsync(options => (options.MaxBodySize, options.LargeBody) = (Limit, action));
        using var response = await site.PostAsync("/length", InspectedSite.Bytes(250_000), isChunked);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("250000", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(inspected, site.AppSec.Requests is [var seen] ? seen.Body.Length : -1);
        Assert.Equal(inspected > 0 ? (await InspectedSite.Bytes(250_000).ReadAsByteArrayAsync())[..Limit] : [], site.AppSec.Requests is [var one] ? one.Body : []);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit - 1)]
    [InlineData(Limit)]
    [InlineData(Limit + 1)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    public async Task Body_AroundTheLimit_IsReadWhole(int length)
    {
        await using var site = await InspectedSite.StartAsync(options => (options.MaxBodySize, options.LargeBody) = (Limit, AppSecBodyAction.Block));
        foreach (var isChunked in new[] { false, true })
        {
            using var response = await site.PostAsync("/length", InspectedSite.Bytes(length), isChunked);
            Assert.Equal(length > Limit ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.OK, response.StatusCode);
            if (length <= Limit)
            {
                Assert.Equal($"{length}", await response.Content.ReadAsStringAsync());
            }
        }

        Assert.Equal(length > Limit ? 0 : 2, site.AppSec.Requests.Count);
        Assert.All(site.AppSec.Requests, seen => Assert.Equal(length, seen.Body.Length));
    }

    [Theory]
    [InlineData(AppSecBodyAction.Block, "HTTP/1.1 408", -1)]
    [InlineData(AppSecBodyAction.Allow, "6", -1)]
    [InlineData(AppSecBodyAction.HeadersOnly, "6", 0)]
    [InlineData(AppSecBodyAction.Partial, "6", 3)]
    public async Task StalledBody_IsTreatedAsSet(AppSecBodyAction action, string expected, int inspected)
    {
        var clock = new TestClock();
        await using var site = await InspectedSite.StartAsync(options => (options.StalledBody, options.Timeout) = (action, TimeSpan.FromMinutes(1)), time: clock);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, site.Site.Http1.BaseAddress!.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync("POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabc"u8.ToArray());

        // The timer is started once the server has no more to give.
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(16));
            return socket.Available > 0 || site.IsReached;
        });
        await stream.WriteAsync("def"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync();

        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.Equal(inspected, site.AppSec.Requests is [var seen] ? seen.Body.Length : -1);
    }

    /// <summary>Kestrel reads what is left of a body once the request was answered, and reports an error if a read is going on.</summary>
    [Theory]
    [InlineData(AppSecBodyAction.Block, "/length")]
    [InlineData(AppSecBodyAction.Partial, "/length")]
    [InlineData(AppSecBodyAction.Allow, "/does-not-read")]
    public async Task StalledBody_LeavesNoErrorInTheServersLog(AppSecBodyAction action, string path)
    {
        foreach (var framing in new[] { "Content-Length: 6\r\n\r\nabc|def", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n|3\r\ndef\r\n0\r\n\r\n" })
        {
            var clock = new TestClock();
            await using var site = await InspectedSite.StartAsync(
                options => (options.StalledBody, options.Timeout) = (action, TimeSpan.FromMinutes(1)),
                builder => builder.Services.AddLogging(logging => logging.AddFilter<FakeLoggerProvider>("Microsoft", LogLevel.Warning)),
                time: clock);
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, site.Site.Http1.BaseAddress!.Port);
            var stream = socket.GetStream();
            var parts = framing.Split('|');
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{parts[0]}"));
            await Eventually.TrueAsync(() =>
            {
                clock.Advance(TimeSpan.FromSeconds(16));
                return socket.Available > 0 || site.IsReached;
            });
            await stream.WriteAsync(Encoding.ASCII.GetBytes(parts[1]));
            using var reader = new StreamReader(stream, Encoding.Latin1);

            Assert.StartsWith(action == AppSecBodyAction.Block ? "HTTP/1.1 408" : "HTTP/1.1 200", await reader.ReadToEndAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(site.Site.Logs.GetSnapshot(), line => line.Level >= LogLevel.Warning && line.Category!.StartsWith("Microsoft.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task LargeUpload_HoldsNoMoreThanTheLimit_AndNothingAfterwards()
    {
        const long length = 200_000_000;
        var most = 0L;
        await using var site = await InspectedSite.StartAsync(
            options => options.MaxBodySize = 1_000_000,
            pipeline: app =>
            {
                app.Use((context, next) =>
                {
                    context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                    return next(context);
                });
                TestSite.DefaultPipeline(app);
            });
        var budget = site.Site.App.Services.GetRequiredService<BodyBudget>();
        site.AppSec.Rules = _ =>
        {
            most = budget.Taken;
            return Testing.AppSecReply.Allow;
        };
        using var response = await site.PostAsync("/length", new StreamContent(new Zeros(length)));

        Assert.Equal($"{length}", await response.Content.ReadAsStringAsync());
        Assert.Equal(1_000_000, site.Inspected.Body.Length);
        Assert.InRange(most, 900_000, 1_000_000);
        await Eventually.TrueAsync(() => budget.Taken == 0);
    }

    [Fact]
    public async Task BodiesOfAllRequests_ShareOneBudget()
    {
        await using var site = await InspectedSite.StartAsync(options => (options.MaxBufferedBytes, options.LargeBody) = (1024 * 1024, AppSecBodyAction.HeadersOnly));
        var budget = site.Site.App.Services.GetRequiredService<BodyBudget>();
        Assert.True(budget.TryTake(1024 * 1024, long.MaxValue));

        foreach (var (length, inspected) in new[] { (1_000, 1_000), (65_535, 65_535), (200_000, 0) })
        {
            using var response = await site.PostAsync("/length", InspectedSite.Bytes(length));
            Assert.Equal($"{length}", await response.Content.ReadAsStringAsync());
            Assert.Equal(inspected, site.AppSec.Requests[^1].Body.Length);
        }

        budget.Return(1024 * 1024);
        using var last = await site.PostAsync("/length", InspectedSite.Bytes(200_000));
        Assert.Equal(200_000, site.AppSec.Requests[^1].Body.Length);
        await Eventually.TrueAsync(() => budget.Taken == 0);
    }

    [Fact]
    public async Task BodyTheServerRejects_IsRefusedByTheServer()
    {
        await using var site = await InspectedSite.StartAsync(pipeline: app =>
        {
            app.Use((context, next) =>
            {
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 1_000;
                return next(context);
            });
            TestSite.DefaultPipeline(app);
        });

        using var response = await site.PostAsync("/length", InspectedSite.Bytes(2_000));
        var cut = await site.Site.SendRawAsync("POST /length HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked\n\nzz\n");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.StartsWith("HTTP/1.1 400", cut, StringComparison.Ordinal);
        Assert.Empty(site.AppSec.Requests);
    }

    [Fact]
    public async Task Upgrade_IsInspectedByItsHeaders()
    {
        await using var site = await InspectedSite.StartAsync();
        var answer = await site.Site.SendRawAsync("GET /rpc2 HTTP/1.1\nHost: localhost\nConnection: close, Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n");

        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Equal("GET", site.Inspected.Method);
    }

    [Theory]
    [InlineData("Content-Length: 8\n\nevilbody")]
    [InlineData("Transfer-Encoding: chunked\n\n8\nevilbody\n0\n\n")]
    public async Task Upgrade_WithABody_DoesNotHideIt(string rest)
    {
        await using var site = await InspectedSite.StartAsync();
        var answer = await site.Site.SendRawAsync("POST /length HTTP/1.1\nHost: localhost\nConnection: close, Upgrade\nUpgrade: other\n" + rest);

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_IsReadThroughEveryDoor()
    {
        await using var site = await InspectedSite.StartAsync(pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapPost("/form", async (HttpContext context) =>
            {
                var form = await context.Request.ReadFormAsync();
                return form["b"].ToString();
            });
            app.MapPost("/pipe", async (HttpContext context) =>
            {
                var read = await context.Request.BodyReader.ReadAtLeastAsync(100);
                var text = Encoding.ASCII.GetString(read.Buffer);
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                return text;
            });
            app.MapPost("/twice", async (HttpContext context) =>
            {
                context.Request.EnableBuffering();
                var first = await new StreamReader(context.Request.Body, leaveOpen: true).ReadToEndAsync();
                context.Request.Body.Position = 0;
                return first + await new StreamReader(context.Request.Body).ReadToEndAsync();
            });
            app.MapPost("/sync", async (HttpContext context) =>
            {
                Assert.Throws<InvalidOperationException>(() => context.Request.Body.ReadByte());
                context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
                await Task.Yield();
                return new StreamReader(context.Request.Body).ReadToEnd();
            });
        });
        static FormUrlEncodedContent Form() => new([new("a", "1"), new("b", "two")]);

        Assert.Equal("two", await (await site.PostAsync("/form", Form())).Content.ReadAsStringAsync());
        Assert.Equal("a=1&b=two", await (await site.PostAsync("/pipe", Form())).Content.ReadAsStringAsync());
        Assert.Equal("a=1&b=twoa=1&b=two", await (await site.PostAsync("/twice", Form())).Content.ReadAsStringAsync());
        Assert.Equal("a=1&b=two", await (await site.PostAsync("/sync", Form())).Content.ReadAsStringAsync());
    }
}
