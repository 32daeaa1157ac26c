using System.Net;
using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Transforms;
using static Bouncer.Yarp.Tests.ProxyBench;

namespace Bouncer.Yarp.Tests;

public sealed class VerdictTransformTests
{
    private static readonly object Policies = new { Policies = new { watch = new { DryRun = true }, lenient = new { Map = new { ban = "none" } } } };

    private static readonly object Routes = new
    {
        plain = Route("/plain"),
        open = Route("/open", (RouteMetadataKeys.Bypass, "true")),
        watched = Route("/watched", (RouteMetadataKeys.Policy, "watch")),
        lenient = Route("/lenient", (RouteMetadataKeys.Policy, "lenient")),
    };

    [Theory]
    [InlineData("/plain/x", Clean, "allow")]
    [InlineData("/plain/x", "127.0.0.1", "allow")]
    [InlineData("/open/x", Clean, "bypass")]
    [InlineData("/open/x", Banned, "bypass")]
    [InlineData("/watched/x", Clean, "allow")]
    [InlineData("/watched/x", Banned, "dry-run; ban")]
    [InlineData("/watched/x", Captcha, "dry-run; captcha")]
    [InlineData("/lenient/x", Banned, "allow")]
    public async Task Upstream_RequestContinues_IsToldTheVerdict(string path, string client, string verdict)
    {
        await using var bench = await StartAsync(Routes, Policies);

        Assert.Equal(200, await bench.StatusAsync(path, client));
        Assert.Equal([KeyValuePair.Create("X-Bouncer-Verdict", verdict)], bench.Upstream.VerdictsSeen);
    }

    [Theory]
    [InlineData("/plain/x", Clean, "allow")]
    [InlineData("/open/x", Banned, "bypass")]
    [InlineData("/watched/x", Banned, "dry-run; ban")]
    public async Task Upstream_ClientForgesTheVerdict_SeesOurs(string path, string client, string verdict)
    {
        await using var bench = await StartAsync(Routes, Policies);
        string[][] forgeries =
        [
            ["X-Bouncer-Verdict"], ["x-bouncer-verdict"], ["X-BOUNCER-VERDICT"], ["X_Bouncer_Verdict"], ["x_bouncer-VERDICT"],
            ["X-Bouncer-Verdict", "X-Bouncer-Verdict"], ["X-Bouncer-Verdict", "X_Bouncer_Verdict", "x-bouncer_verdict"],
        ];
        foreach (var names in forgeries)
        {
            using var answer = await bench.GetAsync(path, client, headers => Array.ForEach(names, name => headers.Add(name, "forged")));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal([KeyValuePair.Create("X-Bouncer-Verdict", verdict)], bench.Upstream.VerdictsSeen);
        }
    }

    [Theory]
    [InlineData("X.Bouncer.Verdict")]
    [InlineData("X!Bouncer-Verdict")]
    [InlineData("X-Bouncer--Verdict")]
    [InlineData("X~bouncer_verdict-")]
    [InlineData("xbouncerverdict")]
    public async Task F13_ALookAlikeOfTheVerdict_DoesNotReachTheUpstream(string name)
    {
        await using var bench = await StartAsync(Routes, Policies);

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add(name, "forged"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(bench.Upstream.Values(name));
        Assert.Equal(["allow"], bench.Upstream.Values("X-Bouncer-Verdict"));
    }

    /// <summary>The walk here notes what it replaced, and a client may write such notes: the upstream's walk would take them for its own.</summary>
    [Theory]
    [InlineData("X-Original-For")]
    [InlineData("x_original_for")]
    [InlineData("X-Original-Proto")]
    [InlineData("X-Original-Host")]
    [InlineData("X-Original-Prefix")]
    public async Task F1_ANoteOfTheWalk_DoesNotReachTheUpstream(string name)
    {
        await using var bench = await StartAsync(Routes, Policies);

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add(name, "127.0.0.1:80"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(bench.Upstream.Values(name));
        Assert.Empty(bench.Upstream.Values("X-Original-For"));
    }

    [Theory]
    [InlineData("X_Forwarded_For")]
    [InlineData("x-forwarded_for")]
    [InlineData("X.Forwarded-Proto")]
    [InlineData("X_Forwarded_Host")]
    [InlineData("XForwardedPrefix")]
    [InlineData("Forwarded_")]
    public async Task F13_ALookAlikeOfAForwardingHeader_DoesNotReachTheUpstream(string name)
    {
        await using var bench = await StartAsync(Routes, Policies);

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add(name, "192.0.2.99"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(bench.Upstream.Values(name));
        Assert.Equal([Clean], bench.Upstream.Values("X-Forwarded-For"));
    }

    [Theory]
    [InlineData("X-Forwarded-Port", "443")]
    [InlineData("X-Forwarded-For-Test", "x")]
    public async Task Upstream_OtherHeaders_AreSentOn(string name, string value)
    {
        await using var bench = await StartAsync(Routes, Policies);

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add(name, value));

        Assert.Equal([value], bench.Upstream.Values(name));
    }

    [Fact]
    public async Task Upstream_ForwardingHeadersThatARouteLeavesAsTheyAre_AreSentOn()
    {
        await using var bench = await StartAsync(new { plain = Route("/plain", [], [new Dictionary<string, string> { ["X-Forwarded"] = "Off" }]) });

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add("x-forwarded-host", "shop.test"));

        Assert.Equal(["shop.test"], bench.Upstream.Values("X-Forwarded-Host"));
    }

    /// <summary>As docs/yarp.md has it.</summary>
    [Fact]
    public async Task F13_DirectForwardingWithTheTransformOfTheDocumentation_SendsNoForgedVerdict()
    {
        await using var bench = await StartAsync(Routes, Policies, pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.UseBouncer();
            app.MapForwarder("/files/{**rest}", app.Configuration["ReverseProxy:Clusters:upstream:Destinations:one:Address"]!, transforms => transforms.AddRequestTransform(context =>
            {
                var headers = context.ProxyRequest.Headers;
                foreach (var name in headers.NonValidated.Select(header => header.Key).Where(IsVerdict).ToArray())
                {
                    headers.Remove(name);
                }

                return ValueTask.CompletedTask;
            }));
        });

        static bool IsVerdict(string name) =>
            string.Concat(name.Where(char.IsAsciiLetterOrDigit)).Equals("XBouncerVerdict", StringComparison.OrdinalIgnoreCase);

        using var answer = await bench.GetAsync("/files/x", Clean, headers =>
        {
            headers.Add("X-Bouncer-Verdict", "forged");
            headers.Add("X_Bouncer_Verdict", "forged");
        });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(bench.Upstream.VerdictsSeen);
        Assert.Equal(403, await bench.StatusAsync("/files/x", Banned));
    }

    [Theory]
    [InlineData("/open/..;/secret", 403)]
    [InlineData("/open/x/..;a=b/secret", 403)]
    [InlineData("/open/..%5csecret", 403)]
    [InlineData("/open/..%5Csecret", 403)]
    [InlineData("/open/..%2fsecret", 403)]
    [InlineData("/open/x%2F..%2F..%2Fsecret", 403)]
    [InlineData("/open/a%2Fb", 200)]
    [InlineData("/open/a;jsessionid=1", 403)]
    [InlineData("/open/a..b", 200)]
    public async Task F13_APathThatSomeUpstreamReadsAsAnother_IsNotExempt(string path, int status)
    {
        await using var bench = await StartAsync(Routes, Policies);

        Assert.Equal(status, await bench.StatusAsync(path, Banned));
        Assert.Equal(200, await bench.StatusAsync(path, Clean));
    }

    [Fact]
    public async Task Upstream_RequestThatPassedTheBouncerBy_IsToldSo()
    {
        await using var bench = await StartAsync(Routes, Policies, pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.MapWhen(context => context.Request.Path == "/elsewhere", branch => branch.UseBouncer());
            app.MapReverseProxy();
        });

        Assert.Equal(200, await bench.StatusAsync("/plain/x", Clean));
        Assert.Equal("unchecked", Assert.Single(bench.Upstream.VerdictsSeen).Value);
    }

    [Fact]
    public async Task Upstream_ClientNamesTheVerdictHopByHop_StillSeesIt()
    {
        await using var bench = await StartAsync(Routes, Policies);

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Connection.Add("X-Bouncer-Verdict"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("allow", Assert.Single(bench.Upstream.VerdictsSeen).Value);
        Assert.DoesNotContain("X-Bouncer-Verdict", bench.Upstream.Values("Connection"));
    }

    [Theory]
    [InlineData("RequestHeadersCopy", "false")]
    [InlineData("RequestHeader", "X-Bouncer-Verdict", "Append", "forged")]
    [InlineData("RequestHeader", "X-Bouncer-Verdict", "Set", "forged")]
    public async Task Upstream_RouteHasTransformsOfItsOwn_SeesOneVerdict(string key, string value, string? verb = null, string? text = null)
    {
        var transform = new Dictionary<string, string> { [key] = value };
        if (verb is not null)
        {
            transform[verb] = text!;
        }

        await using var bench = await StartAsync(new { plain = Route("/plain", [], [transform]) });

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add("X-Bouncer-Verdict", "forged"));

        Assert.Equal("allow", Assert.Single(bench.Upstream.VerdictsSeen).Value);
    }

    [Fact]
    public async Task Upstream_HandlerLetsTheClientThrough_IsToldWhatWasDone()
    {
        await using var bench = await StartAsync(Routes, Policies, builder =>
        {
            AddProxy(builder);
            builder.Services.AddBouncer(static _ => { }).AddRemediation<PassingHandler>(Remediation.Captcha, 200);
        });

        Assert.Equal(200, await bench.StatusAsync("/plain/x", Captcha));
        Assert.Equal("continue; captcha", Assert.Single(bench.Upstream.VerdictsSeen).Value);
    }

    [Fact]
    public async Task Upstream_ConventionBypassesTheProxy_IsToldSo()
    {
        await using var bench = await StartAsync(Routes, Policies, pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.UseBouncer();
            app.MapReverseProxy().BypassBouncer();
        });

        Assert.Equal(200, await bench.StatusAsync("/plain/x", Banned));
        Assert.Equal("bypass", Assert.Single(bench.Upstream.VerdictsSeen).Value);
    }

    [Fact]
    public async Task Upstream_OwnHeaderName_IsUsedAndProtected()
    {
        await using var bench = await StartAsync(Routes, Policies, builder => builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer(options => options.VerdictHeaderName = "My_Verdict"));

        using var answer = await bench.GetAsync("/plain/x", Clean, headers => headers.Add("my-verdict", "forged"));

        Assert.Equal(["allow"], bench.Upstream.Values("My_Verdict"));
        Assert.DoesNotContain("forged", bench.Upstream.Values("my-verdict"));
    }

    [Fact]
    public async Task Upstream_RefusedClients_OpenNoConnection()
    {
        await using var bench = await StartAsync(Routes, Policies);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(403, await bench.StatusAsync("/plain/x", i % 2 == 0 ? Banned : Captcha));
        }

        Assert.Equal(0, bench.Upstream.Connections);
        Assert.Equal(200, await bench.StatusAsync("/plain/x", Clean));
        Assert.Equal(1, bench.Upstream.Connections);
    }

    internal sealed class PassingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => ValueTask.FromResult(RemediationResult.Continue);
    }
}
