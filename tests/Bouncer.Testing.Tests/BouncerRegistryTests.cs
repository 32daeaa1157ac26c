using System.Net;

namespace Bouncer.Testing.Tests;

public sealed class BouncerRegistryTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task Authenticate_BadKey_Is403(string? key)
    {
        await using var bench = await LocalApiBench.StartAsync();
        using var stranger = new LapiProbe(bench.Server.Url, key);

        foreach (var path in (string[])["v1/decisions", "v1/decisions/stream"])
        {
            var answer = await stranger.GetAsync(path);
            Assert.Equal(
                (HttpStatusCode.Forbidden, "application/json; charset=utf-8", """{"message":"access forbidden"}"""),
                (answer.Status, answer.ContentType, answer.Body));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.SendAsync(HttpMethod.Post, "v1/usage-metrics")).Status);
    }

    [Fact]
    public async Task Remove_Bouncer_ItsKeyIsRefused()
    {
        await using var bench = await LocalApiBench.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await bench.Probe.StreamAsync()).Status);

        Assert.True(bench.Server.Bouncers.Remove("development"));

        Assert.Equal(HttpStatusCode.Forbidden, (await bench.Probe.StreamAsync()).Status);
    }

    [Fact]
    public async Task Newest_FirstDelta_GivesEverything()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.2", 1);
        bench.Pass(3000);

        var delta = await bench.Probe.StreamAsync();

        Assert.Equal(["192.0.2.1"], delta.New);
        Assert.Equal(["192.0.2.2"], delta.Deleted);
    }

    [Fact]
    public async Task V146_FirstDelta_StartsAtTheBouncersCreation()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);
        bench.Add("192.0.2.1");
        var key = bench.Server.Bouncers.Add("late");
        using var late = new LapiProbe(bench.Server.Url, key);
        bench.Pass(1);
        bench.Add("192.0.2.2");

        Assert.Equal(["192.0.2.2"], (await late.StreamAsync()).New);
    }

    [Theory]
    [InlineData(LocalApiDialect.Newest, 1)]
    [InlineData(LocalApiDialect.V146, 0)]
    public async Task Stream_SameKeyFromAnotherAddress_SharesTheDeltaOnlyIn146(LocalApiDialect dialect, int seenByOther)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        using var here = new LapiProbe(bench.Server.Url, bench.Server.ApiKey, from: "127.0.0.1");
        using var there = new LapiProbe(bench.Server.Url, bench.Server.ApiKey, from: "127.0.0.2");
        await here.StartupAsync();
        await there.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        Assert.Single((await here.StreamAsync()).New);
        bench.Pass(1);
        Assert.Equal(seenByOther, (await there.StreamAsync()).New.Length);
        Assert.Equal(
            dialect == LocalApiDialect.Newest ? ["development", "development@127.0.0.2"] : ["development"],
            bench.Server.Bouncers.Snapshot().Select(bouncer => bouncer.Name));
    }

    [Fact]
    public async Task Stream_TwoClientsWithOneKeyOnOneAddress_StealEachOthersDeltas()
    {
        await using var bench = await LocalApiBench.StartAsync();
        using var other = new LapiProbe(bench.Server.Url, bench.Server.ApiKey);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");

        Assert.Single((await other.StreamAsync()).New);
        Assert.Empty((await bench.Probe.StreamAsync()).New);
    }

    [Fact]
    public void Add_NoKey_MakesOneInTheDialectsForm()
    {
        Assert.Matches("^[0-9a-f]{32}$", new BouncerRegistry(LocalApiDialect.V146, TimeProvider.System).Add("x"));
        Assert.Matches("^[A-Za-z0-9+/]{43}$", new BouncerRegistry(LocalApiDialect.Newest, TimeProvider.System).Add("x"));
    }

    [Fact]
    public async Task Snapshot_AfterARequest_KnowsTheUserAgentButNotFromHead()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions/stream");
        Assert.Null(Assert.Single(bench.Server.Bouncers.Snapshot()).UserAgent);

        await bench.Probe.StreamAsync();

        Assert.Equal("probe/1.0", Assert.Single(bench.Server.Bouncers.Snapshot()).UserAgent);
    }
}
