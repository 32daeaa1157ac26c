using System.Text;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests.AppSec;

public sealed class AppSecBodyTests
{
    [Theory]
    [InlineData(BodySizeAction.Drop, 403, "", 0)]
    [InlineData(BodySizeAction.Partial, 200, "01234567", 1)]
    [InlineData(BodySizeAction.Allow, 200, "", 1)]
    public async Task MaxBodySize_OneByteMore_GoesByTheAction(BodySizeAction action, int status, string inspected, int rulesAsked)
    {
        await using var bench = await AppSecBench.StartAsync(new AppSecServerOptions { MaxBodySize = 8, BodySizeAction = action });
        var asked = 0;
        bench.Server.Rules = _ =>
        {
            asked++;
            return AppSecReply.Allow;
        };

        var answer = await bench.SendAsync("/", new StringContent("012345678"));

        Assert.Equal(status == 200 ? AppSecAnswer.Allow : AppSecAnswer.Ban, answer);
        Assert.Equal((inspected, true, 9L), (Encoding.ASCII.GetString(bench.Last.Body), bench.Last.IsBodyTruncated, bench.Last.ContentLength));
        Assert.Equal(rulesAsked, asked);
    }

    [Theory]
    [InlineData(BodySizeAction.Drop)]
    [InlineData(BodySizeAction.Partial)]
    [InlineData(BodySizeAction.Allow)]
    public async Task MaxBodySize_JustThat_IsInspectedWhole(BodySizeAction action)
    {
        await using var bench = await AppSecBench.StartAsync(new AppSecServerOptions { MaxBodySize = 8, BodySizeAction = action });

        Assert.Equal(AppSecAnswer.Ban, await bench.SendAsync("/", new StringContent("evilbody")));
        Assert.Equal(("evilbody", false), (Encoding.ASCII.GetString(bench.Last.Body), bench.Last.IsBodyTruncated));
    }

    [Fact]
    public async Task MaxBodySize_LargerThanKestrelTakes_IsInspected()
    {
        await using var bench = await AppSecBench.StartAsync(new AppSecServerOptions { MaxBodySize = 40_000_000 });
        var body = new byte[35_000_000];
        "evilbody"u8.CopyTo(body.AsSpan(body.Length - 8));

        Assert.Equal(AppSecAnswer.Ban, await bench.SendAsync("/", new ByteArrayContent(body)));
        Assert.Equal((body.Length, false), (bench.Last.Body.Length, bench.Last.IsBodyTruncated));
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nevilbody", 100L)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n8\r\nevilbody\r\n", null)]
    public async Task BodyReadTimeout_BodyIsLate_WhatCameIsInspected(string rest, long? announced)
    {
        await using var bench = await AppSecBench.StartAsync();
        using var caller = new RawCaller(bench.Server.Url);
        await caller.AskAsync(bench.Server.ApiKey, rest);

        await Eventually.TrueAsync(() => bench.Clock.IsArmedIn(TimeSpan.FromSeconds(1)));
        Assert.Empty(bench.Server.Requests);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));

        var answer = await caller.ReadAnswerAsync(AppSecAnswer.Ban.Body);
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(
            ("evilbody", true, announced, 403),
            (Encoding.ASCII.GetString(bench.Last.Body), bench.Last.IsBodyTruncated, bench.Last.ContentLength, bench.Last.Status));
    }

    [Fact]
    public async Task BodyReadTimeout_Zero_WaitsForTheBody()
    {
        await using var bench = await AppSecBench.StartAsync(new AppSecServerOptions { BodyReadTimeout = TimeSpan.Zero });
        var body = new StringPipe();

        var answer = bench.SendAsync("/", body);
        await body.WriteAsync("evil");
        bench.Clock.Advance(TimeSpan.FromHours(1));
        await body.WriteAsync("body");
        body.Complete();

        Assert.Equal(AppSecAnswer.Ban, await answer);
        Assert.Equal((false, null), (bench.Last.IsBodyTruncated, bench.Last.ContentLength));
        Assert.Equal("chunked", bench.Last.Headers["Transfer-Encoding"].ToString());
    }

    [Fact]
    public async Task Read_CallerLeavesWithinTheBody_IsLoggedWithWhatCame()
    {
        await using var bench = await AppSecBench.StartAsync();
        using (var caller = new RawCaller(bench.Server.Url))
        {
            await caller.AskAsync(bench.Server.ApiKey, "Content-Length: 100\r\n\r\nevil");
            await Eventually.TrueAsync(() => bench.Clock.ArmedTimers == 1);
        }

        await Eventually.TrueAsync(() => bench.Server.Requests.Count == 1);
        Assert.Equal(("evil", true), (Encoding.ASCII.GetString(bench.Last.Body), bench.Last.IsBodyTruncated));
    }

    [Fact]
    public async Task Read_BrokenChunk_IsEmpty500()
    {
        await using var bench = await AppSecBench.StartAsync();
        using var caller = new RawCaller(bench.Server.Url);

        await caller.AskAsync(bench.Server.ApiKey, "Transfer-Encoding: chunked\r\n\r\nzz\r\n");

        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", await caller.ReadAnswerAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_ManyLargeBodies_AreForgottenSooner()
    {
        await using var bench = await AppSecBench.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            await bench.SendAsync($"/{i}", new ByteArrayContent(new byte[10 * 1024 * 1024]));
        }

        Assert.Equal(["/2", "/3", "/4", "/5", "/6", "/7"], bench.Server.Requests.Select(request => request.Uri));
    }
}
