using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task Status_ForTheNextTwo_ThenWorksAgain()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } }, times: 2);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await bench.Probe.StreamAsync()).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await bench.Probe.StreamAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.StreamAsync()).Status);
        Assert.Equal([503, 503, 200], bench.Server.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task Status_UntilCleared_AndOnlyForItsPath()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Path = "/v1/decisions/stream", Status = 502 });

        Assert.Equal(HttpStatusCode.BadGateway, (await bench.Probe.StreamAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.LiveAsync("?ip=192.0.2.1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.GetAsync("health")).Status);
        bench.Server.Faults.Clear();
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.StreamAsync()).Status);
    }

    [Fact]
    public async Task Body_Garbage_IsSentAsJson()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Body = "<html>" }, times: 1);

        var answer = await bench.Probe.StreamAsync();

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8", "<html>"), (answer.Status, answer.ContentType, answer.Body));
    }

    [Theory]
    [InlineData(LocalApiDialect.Newest)]
    [InlineData(LocalApiDialect.V146)]
    public async Task CutAfter_Stream_BreaksTheBodyAndLosesTheDelta(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");
        bench.Server.Faults.Add(new Fault { CutAfter = 20 }, times: 1);

        await Assert.ThrowsAnyAsync<Exception>(() => bench.Probe.StreamAsync());

        Assert.Empty((await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task StallAfter_Stream_SendsNoMoreUntilTheClientLeaves()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Server.Faults.Add(new Fault { StallAfter = 5 }, times: 1);
        using var http = new HttpClient { BaseAddress = bench.Server.Url };
        http.DefaultRequestHeaders.Add("X-Api-Key", bench.Server.ApiKey);
        using var answer = await http.GetAsync("v1/decisions/stream", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var start = new byte[5];
        await body.ReadExactlyAsync(start);

        var rest = body.ReadAsync(new byte[1]).AsTask();

        Assert.Equal("{\"new"u8, start);
        Assert.False(rest.IsCompleted);
        answer.Dispose();
        await Eventually.TrueAsync(() => bench.Server.Requests.Count == 1);
        await Assert.ThrowsAnyAsync<Exception>(() => rest);
    }

    [Fact]
    public async Task Delay_Stream_AnswersWhenTheClockHasMoved()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Server.Faults.Add(new Fault { Delay = TimeSpan.FromSeconds(30) }, times: 1);

        var answer = bench.Probe.StreamAsync();
        await Eventually.TrueAsync(() => bench.Clock.ArmedTimers == 1);
        Assert.False(answer.IsCompleted);
        bench.Pass(30);

        Assert.Equal(HttpStatusCode.OK, (await answer).Status);
    }

    [Fact]
    public async Task Database_Newest_StartupLooksShortAndWell()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        bench.Server.Faults.Add(new Fault { Database = true }, times: 1);

        var answer = await bench.Probe.StartupAsync();

        Assert.Equal((HttpStatusCode.OK, "{\"new\": [], \"deleted\": []}"), (answer.Status, answer.Body));
        Assert.Single((await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task Database_V146_Is500()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        bench.Server.Faults.Add(new Fault { Database = true }, times: 2);

        var answer = await bench.Probe.StartupAsync();

        Assert.Equal(
            (HttpStatusCode.InternalServerError, """{"message":"get all decisions with filters: unable to query"}"""), (answer.Status, answer.Body));
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.LiveAsync("?ip=192.0.2.1")).Status);
    }

    [Fact]
    public async Task Database_Newest_StreamsAreEmptyLiveIs500AndHealthIsUp()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.2");
        bench.Pass(120);
        bench.Server.Faults.Add(new Fault { Database = true });

        Assert.Equal((HttpStatusCode.OK, "{\"new\": [], \"deleted\": []}"), Seen(await bench.Probe.StartupAsync()));
        Assert.Equal((HttpStatusCode.OK, "{\"new\": [], \"deleted\": []}"), Seen(await bench.Probe.StreamAsync()));
        Assert.Equal(
            (HttpStatusCode.InternalServerError, """{"message":"query decision failed: unable to query"}"""), Seen(await bench.Probe.LiveAsync("?ip=192.0.2.1")));
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions/stream")).Status);
        Assert.Equal((HttpStatusCode.OK, """{"status":"up"}"""), Seen(await bench.Probe.GetAsync("health")));
        bench.Server.Faults.Clear();
        Assert.Equal(["192.0.2.2"], (await bench.Probe.StreamAsync()).New);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public async Task Database_V146_EveryAnswerIs500AndHealthIsUp(int? pages)
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        bench.Add("192.0.2.1");
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.2");
        bench.Pass(120);
        bench.Server.Faults.Add(new Fault { Database = pages is null, DatabaseAfterPages = pages });

        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.StartupAsync()).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.StreamAsync()).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.LiveAsync("?ip=192.0.2.1")).Status);
        Assert.Equal((HttpStatusCode.OK, """{"status":"up"}"""), Seen(await bench.Probe.GetAsync("health")));
        bench.Server.Faults.Clear();
        Assert.Equal(["192.0.2.2"], (await bench.Probe.StreamAsync()).New);
    }

    [Theory]
    [InlineData(0, "", "")]
    [InlineData(1, "1 2", "")]
    [InlineData(2, "1 2 4 5", "")]
    [InlineData(3, "1 2 4 5 7", "")]
    [InlineData(4, "1 2 4 5 7", "3 6")]
    public async Task DatabaseAfterPages_Startup_HoldsExactlyThesePagesInValidJson(int pages, string held, string ended)
    {
        await using var bench = await LocalApiBench.StartAsync(pageSize: 2);
        for (var id = 1; id <= 8; id++)
        {
            bench.Add($"192.0.2.{id}", minutes: id is 3 or 6 or 8 ? 1 : 60 - id);
        }

        bench.Pass(120);
        bench.Server.Faults.Add(new Fault { DatabaseAfterPages = pages }, times: 1);

        var answer = await bench.Probe.StartupAsync();

        Assert.Equal((HttpStatusCode.OK, "application/json", true), (answer.Status, answer.ContentType, answer.Chunked));
        Assert.Equal((held, ended), (string.Join(' ', answer.Ids("new")), string.Join(' ', answer.Ids("deleted"))));
        Assert.Null(bench.Server.Bouncers.Snapshot()[0].LastPull);
        var whole = await bench.Probe.StartupAsync();
        Assert.Equal(("1 2 4 5 7", "3 6 8"), (string.Join(' ', whole.Ids("new")), string.Join(' ', whole.Ids("deleted"))));
    }

    [Fact]
    public async Task DatabaseAfterPages_Delta_IsCutAndComesWholeTheNextTime()
    {
        await using var bench = await LocalApiBench.StartAsync(pageSize: 2);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        for (var id = 1; id <= 5; id++)
        {
            bench.Add($"192.0.2.{id}");
        }

        bench.Server.Faults.Add(new Fault { DatabaseAfterPages = 1 }, times: 2);

        Assert.Equal([1L, 2L], (await bench.Probe.StreamAsync()).Ids("new"));
        Assert.Equal([1L], (await bench.Probe.LiveAsync("?value=192.0.2.1")).LiveIds);
        Assert.Equal([1L, 2L, 3L, 4L, 5L], (await bench.Probe.StreamAsync()).Ids("new"));
    }

    [Fact]
    public async Task StopAsync_ThenStartAgain_RefusesThenAnswersOnTheSamePort()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        var url = bench.Server.Url;
        await bench.Server.StopAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => bench.Probe.StreamAsync());
        await bench.Server.StartAgainAsync();

        Assert.Equal(url, bench.Server.Url);
        Assert.Single((await bench.Probe.StartupAsync()).New);
    }

    private static (HttpStatusCode Status, string Body) Seen(LapiAnswer answer) => (answer.Status, answer.Body);
}
