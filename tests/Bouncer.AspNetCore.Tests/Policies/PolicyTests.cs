using System.Net;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Policies;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("/plain", 403)]
    [InlineData("/bypassed", 200)]
    [InlineData("/watched", 200)]
    [InlineData("/group/open", 200)]
    [InlineData("/group/closed", 403)]
    [InlineData("/attribute", 200)]
    [InlineData("/named-attribute", 200)]
    [InlineData("/attribute-overruled", 403)]
    [InlineData("/nowhere", 403)]
    public async Task Endpoint_MostSpecificMetadataWins(string path, int status)
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddPolicy("watch", p => p.DryRun()).AddPolicy("strict", p => p.DryRun(false)),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/plain", () => "");
                app.MapGet("/bypassed", () => "").BypassBouncer();
                app.MapGet("/watched", () => "").RequireBouncer("WATCH");
                var group = app.MapGroup("/group").BypassBouncer();
                group.MapGet("/open", () => "");
                group.MapGet("/closed", () => "").RequireBouncer();
                app.MapGet("/attribute", [BypassBouncer] () => "");
                app.MapGet("/named-attribute", [Bouncer("watch")] () => "");
                app.MapGet("/attribute-overruled", [BypassBouncer] () => "").RequireBouncer("strict");
            });
        using var answer = await site.GetAsync(path, TestSite.Banned);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task DryRun_VerdictIsRecordedAndNothingRefused()
    {
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.DryRun = true));
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            [("bouncer.remediation=ban bouncer.origin=cscli bouncer.policy=default bouncer.outcome=dry_run", 1)],
            remediations.Counts);
    }

    [Fact]
    public async Task Configuration_Policies_Apply()
    {
        await using var site = await TestSite.StartAsync(
            b => b.Services.BindSection<BouncerHttpOptions>(
                _ => Section(
                    ("Http:DryRun", "true"),
                    ("Http:Policies:api:Map:captcha", "ban"),
                    ("Http:Policies:api:DryRun", "false"),
                    ("Http:Policies:lenient:Map:ban", "none"),
                    ("Http:Policies:lenient:DryRun", "false"),
                    ("Http:Policies:closed:WhenUnavailable", "ban"),
                    ("Http:Policies:closed:DryRun", "false")),
                "Http",
                BouncerHttpOptionsSection.Bind),
            decisions: lapi => lapi.Decide(TestSite.Clean, Remediation.Captcha),
            state: EngineState.Stale,
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/api", () => "").RequireBouncer("api");
                app.MapGet("/lenient", () => "").RequireBouncer("lenient");
                app.MapGet("/closed", () => "").RequireBouncer("closed");
            });
        Assert.Equal(403, await StatusAsync(site, "/api", TestSite.Clean));
        Assert.Equal(200, await StatusAsync(site, "/api", "198.51.100.7"));
        Assert.Equal(200, await StatusAsync(site, "/lenient", TestSite.Banned));
        Assert.Equal(403, await StatusAsync(site, "/closed", "198.51.100.7"));
        Assert.Equal(200, await StatusAsync(site, "/", TestSite.Banned));
    }

    [Fact]
    public async Task AddPolicyResolver_SpeaksForEndpointsWithoutMetadata()
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddPolicyResolver<ByName>(),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/open", () => "").WithDisplayName("open");
                app.MapGet("/own", () => "").WithDisplayName("open").RequireBouncer();
            });
        Assert.Equal(200, await StatusAsync(site, "/open", TestSite.Banned));
        Assert.Equal(403, await StatusAsync(site, "/own", TestSite.Banned));
    }

    [Fact]
    public void For_SameEndpoint_AsksResolversOnce()
    {
        var resolver = new ByName();
        var table = new EndpointPolicies(new BouncerHttpOptions(), [resolver]);
        var endpoint = new Endpoint(null, null, "open");
        Assert.Same(table.For(endpoint), table.For(endpoint));
        Assert.True(table.For(endpoint).Bypass);
        Assert.Equal(1, resolver.Asked);
    }

    [Fact]
    public void For_PolicyThatIsUnknown_IsTheDefaultThatEnforces()
    {
        var table = new EndpointPolicies(new BouncerHttpOptions(), []);
        var endpoint = new Endpoint(null, new EndpointMetadataCollection(new BouncerAttribute("gone")), "late");
        Assert.Same(table.Default, table.For(endpoint));
        Assert.False(table.Default.IsDryRun);
    }

    private static async Task<int> StatusAsync(TestSite site, string path, string client)
    {
        using var answer = await site.GetAsync(path, client);
        return (int)answer.StatusCode;
    }

    private static IConfiguration Section(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();

    private sealed class ByName : IBouncerPolicyResolver
    {
        public int Asked { get; private set; }

        public IBouncerMetadata? Resolve(Endpoint endpoint)
        {
            Asked++;
            return endpoint.DisplayName == "open" ? new BypassBouncerAttribute() : null;
        }
    }
}
