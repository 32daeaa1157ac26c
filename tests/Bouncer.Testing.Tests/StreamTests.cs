using System.Net;

namespace Bouncer.Testing.Tests;

public sealed class StreamTests
{
    public static TheoryData<LocalApiDialect> Dialects => [LocalApiDialect.Newest, LocalApiDialect.V146];

    [Theory, MemberData(nameof(Dialects))]
    public async Task Delta_AfterStartup_HoldsOnlyWhatIsNewer(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1");

        Assert.Equal(["192.0.2.1"], (await bench.Probe.StartupAsync()).New);
        bench.Pass(1);
        bench.Add("192.0.2.2");
        Assert.Equal(["192.0.2.2"], (await bench.Probe.StreamAsync()).New);
        bench.Pass(1);
        Assert.Empty((await bench.Probe.StreamAsync()).New);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], (await bench.Probe.StartupAsync()).New);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Delta_DecisionDeleted_IsListedForTwoSecondsOfOverlapThenNoMore(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1");
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Database.Delete("192.0.2.1");
        bench.Pass(0.5);

        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).Deleted);
        bench.Pass(1);
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).Deleted);
        bench.Pass(1);
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).Deleted);
        bench.Pass(1);
        Assert.Empty((await bench.Probe.StreamAsync()).Deleted);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Startup_ExpiredRowsStillStored_AreAllDeleted(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1", minutes: 1);
        bench.Pass(3600);

        Assert.Equal(["192.0.2.1"], (await bench.Probe.StartupAsync()).Deleted);
        Assert.Empty((await bench.Probe.StreamAsync()).Deleted);
        Assert.Equal(1, bench.Database.Flush());
        Assert.Empty((await bench.Probe.StartupAsync()).Deleted);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Delta_ShorterRowRunsOut_DeletesAnIdThatWasNeverSent(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        var shorter = bench.Add("192.0.2.1", minutes: 30);
        var longer = bench.Add("192.0.2.1", minutes: 60);

        Assert.Equal([longer], (await bench.Probe.StreamAsync()).Ids("new"));
        bench.Pass(10);
        bench.Database.Delete(longer);
        bench.Pass(1);
        var afterDelete = await bench.Probe.StreamAsync();
        Assert.Empty(afterDelete.New);
        Assert.Empty(afterDelete.Deleted);
        bench.Pass(3600);
        Assert.Equal([shorter], (await bench.Probe.StreamAsync()).Ids("deleted"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    [InlineData("false&startup=true", false)]
    [InlineData("true&startup=false", true)]
    public async Task Stream_StartupText_OnlyTheFirstValueTrueCounts(string text, bool isStartup)
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        await bench.Probe.StartupAsync();
        bench.Pass(1);

        var answer = await bench.Probe.StreamAsync("?startup=" + text);

        Assert.Equal(isStartup ? 1 : 0, answer.New.Length);
    }

    [Theory]
    [InlineData("", "192.0.2.1 192.0.2.0/24")]
    [InlineData("&scopes=country", "FR")]
    [InlineData("&scopes=AS,Range", "192.0.2.0/24 64500")]
    [InlineData("&scopes=username", "")]
    [InlineData("&scopes=Username", "alice")]
    [InlineData("&scopes=", "")]
    [InlineData("&scope=country", "")]
    [InlineData("&type=captcha", "192.0.2.0/24")]
    [InlineData("&origins=CAPI", "192.0.2.0/24")]
    [InlineData("&origins=capi", "")]
    [InlineData("&origins=lists,CAPI", "192.0.2.0/24")]
    [InlineData("&value=192.0.2.1", "192.0.2.1")]
    [InlineData("&scenarios_containing=SSH", "192.0.2.1")]
    [InlineData("&scenarios_not_containing=ssh,http", "")]
    [InlineData("&nonsense=1", "192.0.2.1 192.0.2.0/24")]
    [InlineData("&ip=192.0.2.7", "192.0.2.0/24")]
    [InlineData("&simulated=true", "192.0.2.1 192.0.2.0/24 192.0.2.3")]
    [InlineData("&simulated=false", "192.0.2.1 192.0.2.0/24")]
    public async Task Startup_Filter_Selects(string filter, string expected)
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1", scenario: "crowdsecurity/ssh-bf");
        bench.Add("192.0.2.0/24", type: "captcha", origin: "CAPI", scenario: "http-scan");
        bench.Add("FR", scope: "country");
        bench.Add("64500", scope: "as");
        bench.Add("alice", scope: "Username");
        bench.Add("192.0.2.3", simulated: true);

        var answer = await bench.Probe.StartupAsync(filter);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), answer.New);
    }

    [Fact]
    public async Task Newest_BadFilter_LooksLikeAShortGoodAnswerAndLosesNothing()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        var bad = await bench.Probe.StreamAsync("?ip=notanip");

        Assert.Equal((HttpStatusCode.OK, "{\"new\": [], \"deleted\": []}"), (bad.Status, bad.Body));
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task V146_BadFilter_Is500AndLosesNothing()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        var bad = await bench.Probe.StreamAsync("?ip=notanip");

        Assert.Equal(
            (HttpStatusCode.InternalServerError, "{\"message\":\"new decisions since '2026-01-01 00:00:01 +0000 UTC': unable to query\"}"),
            (bad.Status, bad.Body));
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task Newest_Head_HasNoSideEffect()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        var head = await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions/stream");

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8"), (head.Status, head.ContentType));
        Assert.Equal(["192.0.2.1"], (await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task V146_Head_AdvancesTheLastPull()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        var head = await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions/stream");

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8"), (head.Status, head.ContentType));
        Assert.Empty((await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public async Task Newest_Answer_IsChunkedWithListsAndWholeSeconds()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Database.Add("192.0.2.1", TimeSpan.FromSeconds(7384.6), scenario: "a<b> \"é\"");

        var answer = await bench.Probe.StartupAsync();

        Assert.Matches(
            """^\{"new": \[\{"duration":"2h3m5s","id":1,"origin":"cscli","scenario":"a\\u003cb\\u003e \\"é\\"","scope":"Ip","type":"ban","uuid":"[0-9a-f-]{36}","value":"192.0.2.1"\}\], "deleted": \[\]\}$""",
            answer.Body);
        Assert.Equal(("application/json", true, null), (answer.ContentType, answer.Chunked, answer.ContentLength));
    }

    [Fact]
    public async Task V146_Answer_IsOneDocumentWithNullListsAndFractions()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        Assert.Equal("""{"deleted":null,"new":null}""", (await bench.Probe.StartupAsync()).Body);
        bench.Database.Add("192.0.2.1", TimeSpan.FromSeconds(7384.6), scenario: "x");

        var answer = await bench.Probe.StartupAsync();

        Assert.Equal(
            """{"deleted":null,"new":[{"duration":"2h3m4.6s","id":1,"origin":"cscli","scenario":"x","scope":"Ip","type":"ban","value":"192.0.2.1"}]}""",
            answer.Body);
        Assert.Equal(
            ("application/json; charset=utf-8", false, (long?)answer.Body.Length),
            (answer.ContentType, answer.Chunked, answer.ContentLength));
    }

    [Fact]
    public async Task Newest_FortyThousandDecisions_ArriveInOneAnswer()
    {
        await using var bench = await LocalApiBench.StartAsync();
        for (var i = 0; i < 40_000; i++)
        {
            bench.Database.Add($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}");
        }

        Assert.Equal(40_000, (await bench.Probe.StartupAsync()).New.Distinct().Count());
        bench.Pass(1);
        bench.Database.DeleteAll();
        bench.Pass(1);
        Assert.Equal(40_000, (await bench.Probe.StreamAsync()).Deleted.Length);
    }
}
