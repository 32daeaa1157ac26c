using System.Net;
using System.Net.Http.Json;

namespace LocalApi.Tests;

public sealed class ManagementRoutesTests
{
    [Fact]
    public async Task Decisions_AddedAndDeleted_ShowInTheStream()
    {
        await using var bench = await LocalApiBench.StartAsync();

        var added = await bench.Probe.SendAsync(HttpMethod.Post, "manage/decisions", JsonContent.Create(new
        {
            value = "alice", scope = "username", type = "captcha", duration = "1h30m", origin = "crowdsec", scenario = "why",
        }));

        Assert.Equal((HttpStatusCode.Created, """{"id":1}"""), (added.Status, added.Body));
        Assert.Contains(
            """{"duration":"1h30m0s","id":1,"origin":"crowdsec","scenario":"why","scope":"username","type":"captcha",""",
            (await bench.Probe.StartupAsync("&scopes=username")).Body, StringComparison.Ordinal);
        var deleted = await bench.Probe.SendAsync(HttpMethod.Delete, "manage/decisions?value=alice");
        Assert.Equal("""{"deleted":1}""", deleted.Body);
        bench.Pass(1);
        Assert.Equal(["alice"], (await bench.Probe.StreamAsync("?scopes=username")).Deleted);
    }

    [Theory]
    [InlineData("id=2", 1)]
    [InlineData("ip=192.0.2.1", 2)]
    [InlineData("type=captcha", 1)]
    [InlineData("all=true", 3)]
    public async Task Decisions_DeleteByFilter_CountsWhatEnded(string filter, int ended)
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.0/24");
        bench.Add("203.0.113.1", type: "captcha", simulated: true);

        var answer = await bench.Probe.SendAsync(HttpMethod.Delete, "manage/decisions?" + filter);

        Assert.Equal($$"""{"deleted":{{ended}}}""", answer.Body);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("""{"value":"192.0.2.1","duration":"soon"}""")]
    public async Task Decisions_BadBody_Is400AndAddsNothing(string body)
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.SendAsync(HttpMethod.Post, "manage/decisions", new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(0, bench.Database.Count);
    }

    [Fact]
    public async Task Decisions_DeleteWithoutFilter_Is400AndEndsNothing()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");

        Assert.Equal(HttpStatusCode.BadRequest, (await bench.Probe.SendAsync(HttpMethod.Delete, "manage/decisions")).Status);
        Assert.Single((await bench.Probe.StartupAsync()).New);
    }

    [Fact]
    public async Task Faults_AddedAndCleared_TakeEffect()
    {
        await using var bench = await LocalApiBench.StartAsync();

        await bench.Probe.SendAsync(HttpMethod.Post, "manage/faults", JsonContent.Create(new { status = 500 }));
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.Probe.StreamAsync()).Status);
        await bench.Probe.SendAsync(HttpMethod.Delete, "manage/faults");

        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.StreamAsync()).Status);
    }

    [Fact]
    public async Task Handle_FormPostOfAPage_IsNotFound()
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.SendAsync(HttpMethod.Post, "manage/decisions", new StringContent("""{"value":"192.0.2.1"}""", null, "text/plain"));

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(0, bench.Database.Count);
    }

    [Fact]
    public async Task Handle_NameOfAnotherSite_IsNotFound()
    {
        await using var bench = await LocalApiBench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Server.Url };
        http.DefaultRequestHeaders.Host = "rebound.example";

        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("manage/decisions")).StatusCode);
    }
}
