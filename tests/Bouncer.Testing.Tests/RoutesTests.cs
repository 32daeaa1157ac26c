using System.Net;

namespace Bouncer.Testing.Tests;

public sealed class RoutesTests
{
    [Theory]
    [InlineData("GET", "", 404)]
    [InlineData("GET", "nope", 404)]
    [InlineData("GET", "v1/Decisions", 404)]
    [InlineData("GET", "/v1/decisions", 404)]
    [InlineData("POST", "health", 405)]
    [InlineData("HEAD", "health", 405)]
    [InlineData("POST", "v1/decisions", 405)]
    [InlineData("PUT", "v1/decisions/stream", 405)]
    [InlineData("GET", "v1/usage-metrics", 405)]
    public async Task Handle_UnknownRouteOrMethod_IsEmpty(string method, string path, int status)
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.SendAsync(new HttpMethod(method), path);

        Assert.Equal(((HttpStatusCode)status, ""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("DELETE", "v1/decisions")]
    [InlineData("GET", "v1/alerts")]
    [InlineData("GET", "v1/allowlists")]
    public async Task Handle_CallForMachines_Is401WithAnyKey(string method, string path)
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.Unauthorized, """{"code":401,"message":"cookie token is empty"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Handle_UsageMetricsIn146_Is404()
    {
        await using var bench = await LocalApiBench.StartAsync(LocalApiDialect.V146);

        Assert.Equal(HttpStatusCode.NotFound, (await bench.Probe.SendAsync(HttpMethod.Post, "v1/usage-metrics")).Status);
    }

    [Theory]
    [InlineData(LocalApiDialect.Newest)]
    [InlineData(LocalApiDialect.V146)]
    public async Task Handle_Health_NeedsNoKey(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        using var stranger = new LapiProbe(bench.Server.Url, key: null);

        var answer = await stranger.GetAsync("health");

        Assert.Equal((HttpStatusCode.OK, """{"status":"up"}"""), (answer.Status, answer.Body));
    }
}
