using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>AppSec alone: in the whole application, or under one policy.</summary>
public sealed class WithoutDecisionsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Off_NeedsNoLapiAndInspectsEveryRequest(bool isAdded)
    {
        await using var appSec = await AppSecServer.StartAsync();
        var logs = new FakeLogCollector();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Sync:Mode"] = "Off",
            ["Bouncer:Lapi:ApiKey"] = appSec.ApiKey,
            ["Bouncer:Http:AppSec:Url"] = appSec.Url.ToString(),
            ["Bouncer:Http:AppSec:Timeout"] = "00:00:30",
            ["Bouncer:TrustLoopback"] = "false",
        });
        builder.Logging.ClearProviders().AddCollector(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (isAdded)
        {
            builder.Services.AddBouncer();
            builder.Services.AddHealthChecks().AddBouncer();
        }

        await using var app = builder.Build();
        app.UseBouncer();
        app.MapFallback((HttpContext context) => context.GetBouncerVerdict().Source.ToString());
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("NotChecked", await http.GetStringAsync("/", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/rpc2", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(2, appSec.Requests.Count);
        Assert.Equal("Decisions are not used, because Bouncer:Sync:Mode is Off.", Assert.Single(logs.Lines, line => line.Id == 1136).Text);
        Assert.DoesNotContain(logs.GetSnapshot(), line => line.Level >= LogLevel.Warning);
        if (isAdded)
        {
            var health = (await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer"];
            Assert.Equal((HealthStatus.Healthy, "Decisions are not used, because Bouncer:Sync:Mode is Off."), (health.Status, health.Description));
        }
    }

    [Theory]
    [InlineData(nameof(EngineState.Synchronized))]
    [InlineData(nameof(EngineState.NotReady))]
    [InlineData(nameof(EngineState.Stale))]
    public async Task Policy_WithoutDecisions_LeavesTheClientToAppSec(string state)
    {
        await using var appSec = await AppSecServer.StartAsync();
        await using var site = await StartAsync(appSec, Enum.Parse<EngineState>(state));
        using var checks = site.App.Services.Collect("bouncer.processed.requests");

        Assert.Equal("NotChecked", await (await site.GetAsync("/one/x", TestSite.Banned)).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/one/rpc2", TestSite.Clean)).StatusCode);
        Assert.Equal(2, appSec.Requests.Count);
        Assert.Equal([("bouncer.source=not_checked network.type=ipv4", 2)], checks.Counts);
        Assert.NotEqual(HttpStatusCode.OK, (await site.GetAsync("/two/x", TestSite.Banned)).StatusCode);
    }

    /// <summary>Behind a proxy, another server may read it as a request under a policy with decisions.</summary>
    [Theory]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    public async Task Policy_WithoutDecisions_IsNotReachedByAHeaderThatNamesAnotherPath(string name)
    {
        await using var appSec = await AppSecServer.StartAsync();
        await using var site = await StartAsync(appSec, EngineState.Synchronized);
        foreach (var path in new[] { "/one/x", "/open/x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", TestSite.Banned }, { name, "/admin" } } };
            using var response = await site.Http1.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    [Fact]
    public async Task Policy_WithoutDecisions_QueriesNoLapiInLiveMode()
    {
        await using var appSec = await AppSecServer.StartAsync();
        await using var site = await StartAsync(appSec, EngineState.Live);

        Assert.Equal("NotChecked", await (await site.GetAsync("/one/x", TestSite.Banned)).Content.ReadAsStringAsync());
        Assert.Equal("Unresolved", await (await site.GetAsync("/open/x", "unknown")).Content.ReadAsStringAsync());
        Assert.Empty(site.Lapi.Asked);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/one/..;/x", TestSite.Banned)).StatusCode);
        Assert.NotEmpty(site.Lapi.Asked);
    }

    [Fact]
    public async Task Policy_WithoutDecisions_KeepsTrustAndWhenUnresolved()
    {
        await using var appSec = await AppSecServer.StartAsync();
        await using var site = await StartAsync(appSec, EngineState.Synchronized);

        Assert.Equal("Trusted", await (await site.GetAsync("/one/rpc2", "203.0.113.9")).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await site.GetAsync("/one/x", "unknown")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/open/x", "unknown")).StatusCode);
    }

    /// <summary>Neither a user's decisions nor the search for them: the user is not authenticated for it.</summary>
    [Fact]
    public async Task Policy_WithoutDecisions_LooksForNoOtherValues()
    {
        await using var appSec = await AppSecServer.StartAsync();
        var found = 0;
        await using var site = await StartAsync(
            appSec,
            EngineState.Synchronized,
            bouncer => bouncer.AddScopeResolver(new DecisionScope("fleet"), (_, _) =>
            {
                found++;
                return new("red");
            }));
        await site.DecideAsync(new DecisionScope("fleet"), "red", Remediation.Ban);

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/one/x", TestSite.Clean)).StatusCode);
        Assert.Equal(0, found);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/two/x", TestSite.Clean)).StatusCode);
        Assert.Equal(1, found);
    }

    private static Task<TestSite> StartAsync(AppSecServer appSec, EngineState state, Action<IBouncerBuilder>? bouncer = null) => TestSite.StartAsync(
        builder =>
        {
            builder.AddAppSec(options => (options.Url, options.ApiKey, options.Timeout) = (appSec.Url, appSec.ApiKey, TimeSpan.FromSeconds(30)))
                .AddPolicy("one", policy => policy.Decisions(false))
                .AddPolicy("open", policy => policy.Decisions(false).AppSec(false).WhenUnresolved(Remediation.None))
                .ConfigureHttp(http => http.WhenUnavailable = "ban")
                .Services.Configure<BouncerOptions>(options => options.TrustedNetworks = ["203.0.113.0/24"]);
            bouncer?.Invoke(builder);
        },
        app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapGet("/one/{**rest}", (HttpContext context) => context.GetBouncerVerdict().Source.ToString()).RequireBouncer("one");
            app.MapGet("/open/{**rest}", (HttpContext context) => context.GetBouncerVerdict().Source.ToString()).RequireBouncer("open");
        },
        state: state);
}
