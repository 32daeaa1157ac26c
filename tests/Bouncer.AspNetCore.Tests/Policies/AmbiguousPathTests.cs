using System.Net;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Policies;

/// <summary>F13: a path that other servers read as another one has the strictest of all policies, whichever endpoint it leads to
/// here.</summary>
public sealed class AmbiguousPathTests
{
    private const string Throttled = "192.0.2.50";

    private static readonly string[] Forms =
    [
        "..;/x", "a/..;b=c/x", "..%5cx", "%5Cx", "..%2fx", "a%2F..%2Fx", "/x", ";a/x", "a;/x", "a./x", "x.", "..%252fx", "%252e%252e/x", "%252e%252e%252fx", "%25%32%65%25%32%65/x", "%2561", "%2Fx%2541",
        "..%09/x", "..%0a/x", "..%0D/x", "..%1f/x", "..%7f/x", "x%01", "%25u002e%25u002e/x", "a%25U2215x", "..%3fx", "..%23x", "a/..%3f", "x.%3F",
        "%ef%bc%8e%ef%bc%8e/x", "..%ef%bc%8fx", "..%ef%bc%bcx", "..%c2%a5x", "..%e2%88%95x", "%e2%80%a4%e2%80%a4/x", "a%ef%bc%9bx",
        "x%20", "..%20/x", "x%3F", "a%3Fx", "x%23a", "x::$DATA", "x:y", "x%3a%3a$DATA", "x%C2%A0", "%EF%BD%81x", "%E2%84%ACx", "%E2%85%A0x", "%F0%9D%90%80x", "x%C2%AA", "%C5%BFx",
        "%EF%B8%B0/x", "%EF%B8%99x", "%EF%B9%95x", "%E2%A9%B4x", "%EF%B8%94x", "%E2%81%87x", "%EF%B9%9Fx", "%E3%8F%82/x", "%E1%B5%83%E1%B5%88%E1%B5%90/x", "adm%E2%80%82/x", "adm%E3%80%80/x", "%C4%B1x",
        "a%E2%80%8Bdm/x", "a%C2%ADdm/x", "adm%E2%80%8D/x", "adm%EF%BB%BF", "adm%C2%85", "a%E2%88%B6x", "a%D6%89x",
    ];

    [Theory]
    [InlineData("exempt")]
    [InlineData("watched")]
    [InlineData("soft")]
    [InlineData("capped")]
    [InlineData("resolved")]
    [InlineData("undecided")]
    public async Task F13_MilderEndpoint_OpensNothing(string endpoint)
    {
        await using var site = await StartAsync();
        Assert.Equal("200", await StatusAsync(site, $"/{endpoint}/x", TestSite.Banned));
        foreach (var form in Forms)
        {
            Assert.Equal("403", await StatusAsync(site, $"/{endpoint}/{form}", TestSite.Banned));
            Assert.Equal("200", await StatusAsync(site, $"/{endpoint}/{form}", TestSite.Clean));
        }
    }

    /// <summary>The policy that bans may be that of another endpoint.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("exempt/")]
    [InlineData("watched/")]
    [InlineData("soft/")]
    [InlineData("undecided/")]
    public async Task F13_StricterEndpoint_IsNotEvaded(string start)
    {
        await using var site = await StartAsync();
        Assert.Equal("200", await StatusAsync(site, $"/{start}x", Throttled));
        Assert.Equal("403", await StatusAsync(site, "/admin/x", Throttled));
        foreach (var form in Forms)
        {
            Assert.Equal("403", await StatusAsync(site, $"/{start}{form}", Throttled));
        }
    }

    /// <summary>F13: servers that take a header's word for the path or the method, and DNS' root for no part of the name.</summary>
    [Theory]
    [InlineData("X-Original-URL", "/admin/x")]
    [InlineData("X-Rewrite-URL", "/admin/x")]
    [InlineData("X-Override-URL", "/admin/x")]
    [InlineData("X-HTTP-Method-Override", "DELETE")]
    [InlineData("X-HTTP-Method", "DELETE")]
    [InlineData("X-Method-Override", "DELETE")]
    [InlineData("X_Original_URL", "/admin/x")]
    [InlineData("x.rewrite.url", "/admin/x")]
    [InlineData("X-Override_Url", "/admin/x")]
    [InlineData("X_HTTP_Method_Override", "DELETE")]
    [InlineData("X.HTTP.Method.Override", "DELETE")]
    [InlineData("X-Original_URL", "/admin/x")]
    [InlineData("X_HTTP-Method", "DELETE")]
    [InlineData("x_method_override", "DELETE")]
    [InlineData("Host", "site.example.")]
    [InlineData("Host", "site.example.:8080")]
    public async Task F13_HeaderByWhichOthersReadAnotherRequest_OpensNothing(string header, string value)
    {
        await using var site = await StartAsync();
        foreach (var (client, expected) in new[] { (TestSite.Banned, 403), (TestSite.Clean, 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/exempt/x");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await site.Http1.SendAsync(request);
            Assert.Equal(expected, (int)answer.StatusCode);
        }
    }

    /// <summary>Proxies in front write these to every request, and paths in other languages are no others.</summary>
    [Theory]
    [InlineData("X-Original-URI", "x")]
    [InlineData("X-Forwarded-Uri", "x")]
    [InlineData("X-Forwarded-Path", "x")]
    [InlineData("X-Envoy-Original-Path", "x")]
    [InlineData("X-Other", "stra%C3%9Fe/%C3%A9t%C3%A9/%C4%80/%D0%BC%D0%B8%D1%80/%E6%97%A5%E6%9C%AC/%EA%B0%80/%F0%9F%8E%89")]
    public async Task OrdinaryRequest_HasItsEndpointsPolicy(string header, string path)
    {
        await using var site = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/exempt/" + path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Banned);
        request.Headers.TryAddWithoutValidation(header, "/admin/x");
        using var answer = await site.Http1.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task F13_HookThatLooksAtThePath_SoftensNothing()
    {
        await using var site = await StartAsync(http => http.OnRemediating = context =>
            new(context.HttpContext.Request.Path.StartsWithSegments("/appeal") ? Remediation.None : context.Remediation));
        Assert.Equal("200", await StatusAsync(site, "/appeal/x", TestSite.Banned));
        foreach (var form in Forms)
        {
            Assert.Equal("403", await StatusAsync(site, $"/appeal/{form}", TestSite.Banned));
        }
    }

    /// <summary>A dry run of all policies refuses nothing; one of them does not hide what the others refuse.</summary>
    [Fact]
    public async Task DryRunOfAllPolicies_RefusesNothing()
    {
        await using var site = await StartAsync(http =>
        {
            foreach (var policy in http.Policies.Values)
            {
                policy.DryRun = true;
            }

            http.DryRun = true;
        });
        Assert.Equal("200", await StatusAsync(site, "/..;/x", TestSite.Banned));
    }

    [Fact]
    public async Task F13_NothingKnown_IsTreatedByTheStrictestPolicy()
    {
        await using var site = await StartAsync(
            http => http.Policies["admin"].WhenUnavailable = "ban", EngineState.Stale);
        Assert.Equal("200", await StatusAsync(site, "/x", TestSite.Clean));
        Assert.Equal("403", await StatusAsync(site, "/..;/x", TestSite.Clean));
    }

    [Fact]
    public async Task F13_OpenConnection_IsCheckedSoToo()
    {
        await using var site = await StartAsync();
        var judge = site.App.Services.GetRequiredService<OpenClientEvaluator>();
        var endpoint = new Endpoint(null, new EndpointMetadataCollection(new BouncerAttribute("watched")), null);
        async Task<bool?> IsBannedAsync(string path) => await judge.IsBannedAsync(
            new OpenClient(IPAddress.Parse(TestSite.Banned), endpoint, null, new PathString(path)), TestContext.Current.CancellationToken);
        Assert.False(await IsBannedAsync("/watched/x"));
        Assert.True(await IsBannedAsync("/watched/..;/x"));
    }

    private static Task<TestSite> StartAsync(Action<BouncerHttpOptions>? options = null, EngineState state = EngineState.Synchronized) => TestSite.StartAsync(
        bouncer => bouncer.AddPolicyResolver<ByName>().ConfigureHttp(http =>
        {
            http.Policies["watched"] = new BouncerPolicyOptions { DryRun = true };
            http.Policies["soft"] = new BouncerPolicyOptions { Map = { ["ban"] = "none" } };
            http.Policies["capped"] = new BouncerPolicyOptions { Maximum = "none" };
            http.Policies["undecided"] = new BouncerPolicyOptions { Decisions = false };
            http.Policies["admin"] = new BouncerPolicyOptions { Map = { ["throttle"] = "ban" } };
            options?.Invoke(http);
        }),
        decisions: lapi => lapi.Decide(Throttled, Remediation.Throttle),
        state: state,
        pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.Map("/exempt/{**rest}", () => "").BypassBouncer();
            app.Map("/resolved/{**rest}", () => "").WithDisplayName("resolved");
            foreach (var policy in new[] { "watched", "soft", "capped", "admin", "undecided" })
            {
                app.Map($"/{policy}/{{**rest}}", () => "").RequireBouncer(policy);
            }
        });

    private static async Task<string> StatusAsync(TestSite site, string path, string client)
    {
        var answer = await site.SendRawAsync($"GET {path} HTTP/1.1\nHost: site.test\nConnection: close\nX-Forwarded-For: {client}\n\n");
        return answer.Split(' ')[1];
    }

    private sealed class ByName : IBouncerPolicyResolver
    {
        public IBouncerMetadata? Resolve(Endpoint endpoint) => endpoint.DisplayName == "resolved" ? new BouncerAttribute("soft") : null;
    }
}
