using System.Net;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.AppSec;

public sealed class AppSecPolicyTests
{
    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    [InlineData(false, null, false)]
    [InlineData(false, true, true)]
    public async Task Policy_SaysWhetherItsRequestsAreInspected(bool isEnabled, bool? ofPolicy, bool expected)
    {
        await using var site = await InspectedSite.StartAsync(
            options => options.Enabled = isEnabled,
            builder => builder.ConfigureHttp(http => http.Policies["one"] = new BouncerPolicyOptions { AppSec = ofPolicy }),
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/one/{rest}", () => "one").RequireBouncer("one");
            });

        using var response = await site.GetAsync("/one/rpc2");

        Assert.Equal(expected ? HttpStatusCode.Forbidden : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected ? 1 : 0, site.AppSec.Requests.Count);
    }

    /// <summary>Behind a proxy, another server may read it as a path of an inspected policy.</summary>
    [Theory]
    [InlineData("/one/rpc2", 0)]
    [InlineData("/one/..;/rpc2", 1)]
    [InlineData("/one/..%5crpc2", 1)]
    [InlineData("/one/..%2frpc2", 1)]
    public async Task AmbiguousPath_UnderAPolicyWithoutAppSec_IsInspected(string path, int expected)
    {
        await using var site = await InspectedSite.StartAsync(
            bouncer: builder => builder.ConfigureHttp(http => http.Policies["one"] = new BouncerPolicyOptions { AppSec = false }),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/one/{**rest}", () => "one").RequireBouncer("one");
            });

        using var response = await site.GetAsync(path);

        Assert.Equal(expected, site.AppSec.Requests.Count);
    }

    [Theory]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    public async Task HeaderThatNamesAnotherPath_UnderAPolicyWithoutAppSec_IsInspected(string name)
    {
        await using var site = await InspectedSite.StartAsync(
            bouncer: builder => builder.ConfigureHttp(http => http.Policies["one"] = new BouncerPolicyOptions { AppSec = false }),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/one/{**rest}", () => "one").RequireBouncer("one");
            });

        await site.Site.SendRawAsync($"GET /one/a?x=attack HTTP/1.1\nHost: localhost\nConnection: close\n{name}: /admin\n\n");

        Assert.Equal("/admin", site.Inspected.Headers[name].ToString());
        Assert.Equal(403, site.Inspected.Status);
    }

    [Fact]
    public async Task BypassedEndpoint_IsNotInspected()
    {
        await using var site = await InspectedSite.StartAsync(pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapGet("/health/rpc2", () => "up").BypassBouncer();
        });

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/health/rpc2")).StatusCode);
        Assert.Empty(site.AppSec.Requests);
    }

    [Fact]
    public async Task TrustedClient_IsNotInspected()
    {
        await using var site = await InspectedSite.StartAsync(bouncer: builder =>
            builder.Services.Configure<BouncerOptions>(options => options.TrustedNetworks = ["192.0.2.0/28"]));

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2", "192.0.2.1")).StatusCode);
        Assert.Empty(site.AppSec.Requests);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2", "192.0.2.200")).StatusCode);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task BannedClient_IsInspectedOnlyIfAskedFor(bool inspectRefused, int expected)
    {
        await using var site = await InspectedSite.StartAsync(options => options.InspectRefused = inspectRefused);
        site.AppSec.Rules = _ => Testing.AppSecReply.Allow;

        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", TestSite.Banned)).StatusCode);
        Assert.Equal(expected, site.AppSec.Requests.Count);
    }

    [Fact]
    public async Task InspectRefused_InspectsAPassingClientOnce()
    {
        await using var site = await InspectedSite.StartAsync(options => options.InspectRefused = true);
        await site.Site.DecideAsync("192.0.2.9", Remediation.Throttle);

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/", "192.0.2.9")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/rpc2", "192.0.2.9")).StatusCode);
        Assert.Equal(2, site.AppSec.Requests.Count);
    }

    [Fact]
    public async Task DryRun_RecordsAndPasses()
    {
        await using var site = await InspectedSite.StartAsync(bouncer: builder => builder.ConfigureHttp(http => http.DryRun = true));

        Assert.Equal("hello", await (await site.GetAsync("/rpc2")).Content.ReadAsStringAsync());
        Assert.Contains(site.Site.Logs.GetSnapshot(), line => line.Message == "Dry run (policy default): the remediation would be 'ban'.");
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("captcha", true)]
    public async Task Maximum_HoldsForAppSecToo(string maximum, bool isRefused)
    {
        await using var site = await InspectedSite.StartAsync(bouncer: builder =>
            builder.ConfigureHttp(http => http.Policies["default"] = new BouncerPolicyOptions { Maximum = maximum }));

        using var response = await site.GetAsync("/rpc2", accept: "text/html");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(isRefused, response.StatusCode != HttpStatusCode.OK);
        Assert.Equal(isRefused, page.Contains("/.bouncer/captcha", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OwnPages_AreNotInspected()
    {
        await using var site = await InspectedSite.StartAsync();
        using var response = await site.GetAsync("/.bouncer/captcha");

        // It sends a client without a captcha on to the application.
        Assert.Equal("/", site.Inspected.Uri);
    }

    [Fact]
    public async Task WithoutUrl_NothingIsInspected()
    {
        await using var site = await InspectedSite.StartAsync(options => options.Url = null);

        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync("/rpc2")).StatusCode);
        Assert.Empty(site.AppSec.Requests);
    }
}
