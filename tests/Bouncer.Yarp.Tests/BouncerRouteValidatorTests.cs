using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using static Bouncer.Yarp.Tests.ProxyBench;

namespace Bouncer.Yarp.Tests;

public sealed class BouncerRouteValidatorTests
{
    private static readonly object Strict = new { Policies = new { strict = new { Map = new { captcha = "ban" } } } };

    [Fact]
    public async Task Start_RoutesWithMistakes_FailsAndNamesEach()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(
            new
            {
                lost = Route("/a", (RouteMetadataKeys.Policy, "missing")),
                maybe = Route("/b", (RouteMetadataKeys.Bypass, "perhaps")),
                both = Route("/c", (RouteMetadataKeys.Policy, "strict"), (RouteMetadataKeys.Bypass, "false")),
                empty = Route("/d", (RouteMetadataKeys.Policy, " ")),
                misspelt = Route("/e", ("Bouncer.Polcy", "strict")),
                undotted = Route("/f", ("bouncerbypass", "true")),
                invented = Route("/g", ("Bouncer.Colour", "blue")),
            },
            Strict));

        var text = error.ToString();
        Assert.Contains("Route 'lost' names the policy 'missing'", text, StringComparison.Ordinal);
        Assert.Contains("Route 'maybe' has 'perhaps'", text, StringComparison.Ordinal);
        Assert.Contains("Route 'both' has both", text, StringComparison.Ordinal);
        Assert.Contains("Route 'empty' has an empty", text, StringComparison.Ordinal);
        Assert.Contains("Route 'misspelt' has 'Bouncer.Polcy' in its metadata, which the bouncer does not know; write Bouncer.Policy.", text, StringComparison.Ordinal);
        Assert.Contains("Route 'undotted' has 'bouncerbypass' in its metadata, which the bouncer does not know; write Bouncer.Bypass.", text, StringComparison.Ordinal);
        Assert.Contains("Route 'invented' has 'Bouncer.Colour' in its metadata, which the bouncer does not know; write Bouncer.Policy or Bouncer.Bypass.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bouncer.policy", "strict", 403)]
    [InlineData("Bouncer.Policy", "STRICT", 403)]
    [InlineData("bouncer.BYPASS", "True", 200)]
    [InlineData("Bouncer.Bypass", "false", 403)]
    [InlineData("Other", "true", 403)]
    public async Task Start_MetadataInAnyCase_IsUnderstood(string key, string value, int status)
    {
        await using var bench = await StartAsync(new { a = Route("/a", (key, value)) }, Strict);

        Assert.Equal(status, await bench.StatusAsync("/a/x", Banned));
    }

    [Fact]
    public async Task Reload_RouteNamesUnknownPolicy_KeepsTheOldRoutes()
    {
        await using var bench = await StartAsync(new { a = Route("/a", (RouteMetadataKeys.Policy, "strict")) }, Strict);

        bench.WriteSettings(new { a = Route("/a", (RouteMetadataKeys.Bypass, "true")), b = Route("/b", (RouteMetadataKeys.Policy, "missing")) }, Strict);
        await Eventually.TrueAsync(() => bench.Logs.Lines.Any(line => line.Text.Contains("Route 'b' names the policy 'missing'", StringComparison.Ordinal)));

        Assert.Equal(403, await bench.StatusAsync("/a/x", Banned));
        Assert.Equal(200, await bench.StatusAsync("/a/x", Clean));
        Assert.Equal(404, await bench.StatusAsync("/b/x", Clean));
    }

    [Fact]
    public async Task Reload_NewPolicyAndRouteInOneEdit_IsTaken()
    {
        await using var bench = await StartAsync(new { a = Route("/a") });

        bench.WriteSettings(new { b = Route("/b", (RouteMetadataKeys.Policy, "kind")) }, new { Policies = new { kind = new { Map = new { ban = "none" } } } });

        await Eventually.TrueAsync(async () => await bench.StatusAsync("/b/x", Banned) == 200);
        Assert.Equal(404, await bench.StatusAsync("/a/x", Clean));
    }

    [Fact]
    public async Task Reload_BypassTakenBack_EnforcesAgain()
    {
        await using var bench = await StartAsync(new { a = Route("/a", (RouteMetadataKeys.Bypass, "true")) });
        Assert.Equal(200, await bench.StatusAsync("/a/x", Banned));

        bench.WriteSettings(new { a = Route("/a") });

        await Eventually.TrueAsync(async () => await bench.StatusAsync("/a/x", Banned) == 403);
    }

    [Fact]
    public async Task Start_PipelineWithoutTheBouncer_Fails()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            StartAsync(new { a = Route("/a") }, pipeline: app => app.MapReverseProxy()));

        Assert.Contains("app.UseBouncer()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BouncerInsideTheProxysPipeline_Works()
    {
        await using var bench = await StartAsync(new { a = Route("/a") }, pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.MapReverseProxy(proxy => proxy.UseBouncer());
        });

        Assert.Equal(403, await bench.StatusAsync("/a/x", Banned));
        Assert.Equal(0, bench.Upstream.Connections);
        Assert.Equal(200, await bench.StatusAsync("/a/x", Clean));
    }
}
