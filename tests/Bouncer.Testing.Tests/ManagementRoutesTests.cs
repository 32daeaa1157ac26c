using System.Net;
using System.Net.Http.Json;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

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
    public async Task Decisions_CommitAfter_IsSeenLaterAndByNoDelta()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.StartupAsync();
        bench.Pass(1);

        var late = await SendAsync(bench, HttpMethod.Post, "decisions", new { value = "192.0.2.1", commitAfter = "5s" });
        var never = await SendAsync(bench, HttpMethod.Post, "decisions", new { value = "192.0.2.2", commitAfter = "never" });

        Assert.Equal(("""{"id":1}""", """{"id":2}"""), (late.Body, never.Body));
        bench.Pass(4);
        Assert.Empty((await bench.Probe.StartupAsync()).New);
        bench.Pass(1);
        await Eventually.TrueAsync(() => bench.Database.Count == 1);
        Assert.Empty((await bench.Probe.StreamAsync()).New);
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StartupAsync()).New);
    }

    [Fact]
    public async Task Decisions_ExtendRemoveAndLongDeletion_AreSilent()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1", minutes: 1);
        bench.Add("192.0.2.2");
        bench.Add("192.0.2.3");
        await bench.Probe.StartupAsync();
        bench.Pass(10);

        var extended = await SendAsync(bench, HttpMethod.Patch, "decisions?id=1", new { extendBy = "1h" });
        var removed = await bench.Probe.SendAsync(HttpMethod.Delete, "manage/decisions?value=192.0.2.2&remove=true");
        var deleted = await bench.Probe.SendAsync(HttpMethod.Delete, "manage/decisions?value=192.0.2.3&ago=4s");

        Assert.Equal(
            ("""{"extended":1}""", """{"removed":1}""", """{"deleted":1}"""), (extended.Body, removed.Body, deleted.Body));
        bench.Server.Bouncers.StealPull("development");
        bench.Pass(100);
        Assert.Empty((await bench.Probe.StreamAsync()).Deleted);
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StartupAsync()).New);
    }

    [Fact]
    public async Task Blocklists_Refreshed_ReplacesTheOriginsRows()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1", origin: "CAPI");
        bench.Add("192.0.2.1", origin: "lists");

        var answer = await SendAsync(bench, HttpMethod.Post, "blocklists", new { values = new[] { "192.0.2.1", "192.0.2.2" }, duration = "24h" });

        Assert.Equal((HttpStatusCode.Created, """{"ids":[3,4],"removed":1}"""), (answer.Status, answer.Body));
        Assert.Equal([2L, 3L, 4L], (await bench.Probe.StartupAsync("&dedup=false")).Ids("new"));
    }

    [Fact]
    public async Task Pulls_Stolen_MovesTheLastPull()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(bench, HttpMethod.Post, "pulls", new { })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(bench, HttpMethod.Post, "pulls", new { bouncer = "other" })).Status);

        Assert.Empty((await bench.Probe.StreamAsync()).New);
    }

    [Theory]
    [InlineData("POST", "decisions", """{"value":"192.0.2.1","commitAfter":"soon"}""")]
    [InlineData("POST", "decisions", """{"value":"192.0.2.1","commitAfter":"25h"}""")]
    [InlineData("POST", "blocklists", "{}")]
    [InlineData("PATCH", "decisions?all=true", "{}")]
    [InlineData("PATCH", "decisions", """{"extendBy":"1h"}""")]
    [InlineData("DELETE", "decisions?remove=true", "")]
    [InlineData("DELETE", "decisions?all=true&ago=-1s", "")]
    [InlineData("POST", "faults", """{"databaseAfterPages":-1}""")]
    public async Task Handle_BadCall_Is400AndChangesNothing(string method, string path, string body)
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.9");
        var before = bench.Database.Snapshot();

        var answer = await bench.Probe.SendAsync(new HttpMethod(method), "manage/" + path, new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(before, bench.Database.Snapshot());
        Assert.Equal(2, bench.Add("192.0.2.10"));
        Assert.Equal(0, bench.Server.Faults.Count);
    }

    [Fact]
    public async Task Faults_DatabaseAfterPages_CutsTheList()
    {
        await using var bench = await LocalApiBench.StartAsync(pageSize: 1);
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.2");

        await SendAsync(bench, HttpMethod.Post, "faults", new { databaseAfterPages = 1, times = 1 });

        Assert.Equal(["192.0.2.1"], (await bench.Probe.StartupAsync()).New);
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

    private static Task<LapiAnswer> SendAsync(LocalApiBench bench, HttpMethod method, string path, object body) =>
        bench.Probe.SendAsync(method, "manage/" + path, JsonContent.Create(body));
}
