using System.Net;
using System.Net.Sockets;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests.AppSec;

public sealed class AppSecFaultTests
{
    [Fact]
    public async Task Faults_Status_TakesThePlaceOfTheAnswer()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } }, times: 1);

        Assert.Equal(AppSecAnswer.Empty(HttpStatusCode.ServiceUnavailable), await bench.SendAsync("/", new StringContent("body")));
        Assert.Equal((503, 4), (bench.Last.Status, bench.Last.Body.Length));
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync());
    }

    [Fact]
    public async Task Faults_Body_IsSentAsText()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Body = "{\"action\":" });
        using var http = new HttpClient();
        using var answer = await http.SendAsync(bench.Ask());

        Assert.Equal(
            (HttpStatusCode.OK, "text/plain; charset=utf-8", "{\"action\":"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Faults_Delay_AnswersWhenTheClockHasMoved()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Delay = TimeSpan.FromSeconds(30) });

        var answer = bench.SendAsync();
        await Eventually.TrueAsync(() => bench.Clock.IsArmedIn(TimeSpan.FromSeconds(30)));
        Assert.Equal((0, false), (bench.Last.Status, answer.IsCompleted));
        bench.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(AppSecAnswer.Allow, await answer);
        Assert.Equal(200, bench.Last.Status);
    }

    [Fact]
    public async Task Faults_CutAfter_BreaksTheAnswer()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Faults.Add(new Fault { CutAfter = 10 }, times: 1);

        await Assert.ThrowsAsync<HttpRequestException>(() => bench.SendAsync());

        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync());
    }

    [Fact]
    public async Task Faults_StallAfter_SendsNoMoreUntilTheCallerLeaves()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Faults.Add(new Fault { StallAfter = 9 });
        using var http = new HttpClient();
        using var answer = await http.SendAsync(bench.Ask(), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var start = new byte[9];
        await body.ReadExactlyAsync(start);

        var rest = body.ReadAsync(new byte[1]).AsTask();

        Assert.Equal("{\"action\""u8, start);
        Assert.False(rest.IsCompleted);
        answer.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => rest);
    }

    [Fact]
    public async Task StopAsync_AndStartAgain_KeepsPortKeyRulesAndRequests()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Rules = _ => AppSecReply.Captcha;
        var (url, expected) = (bench.Server.Url, await bench.SendAsync());
        bench.Server.Faults.Add(new Fault { Delay = TimeSpan.FromSeconds(30) }, times: 1);
        var cut = bench.SendAsync();
        await Eventually.TrueAsync(() => bench.Clock.ArmedTimers == 1);

        await bench.Server.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => cut);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => bench.SendAsync());
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
        await bench.Server.StartAgainAsync();

        Assert.Equal(url, bench.Server.Url);
        Assert.Equal(expected, await bench.SendAsync());
        Assert.Equal([403, 0, 403], bench.Server.Requests.Select(request => request.Status));
    }
}
