using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Rewrite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Hosting;

public sealed class StartupTests
{
    /// <summary>The engine could not rank it, so that clients would pass whom it is meant to refuse.</summary>
    [Fact]
    public async Task F3_FallbackThatIsOnlyForRequests_StopsTheStart()
    {
        await using var site = await TestSite.CreateAsync(b => b.Services.Configure<BouncerOptions>(o => o.FallbackRemediation = "refuse"));
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(site.RunAsync);
        Assert.Contains("Bouncer:FallbackRemediation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RemediationsWithoutAHandler_AreAllNamedAtOnce()
    {
        await using var site = await TestSite.CreateAsync(
            b => b
                .AddPolicy("api", p => p.Map(Remediation.Captcha, to: new Remediation("magic")).WhenUnavailable(new Remediation("luck")))
                .ConfigureHttp(o => o.WhenUnavailable = "hope")
                .Services.Configure<BouncerOptions>(o => o.FallbackRemediation = "faith"),
            pipeline: app => app.UseBouncer());
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => site.App.StartAsync());
        foreach (var name in new[] { "'magic'", "'luck'", "'hope'", "'faith'", "Bouncer:FallbackRemediation", "Bouncer:Http:WhenUnavailable", "Bouncer:Http:Policies:api:Map:captcha" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_BadSettingsOfEngineAndWebLayer_AreAllNamedAtOnce()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Bouncer:Lapi:Url"] = "nonsense";
        builder.Configuration["Bouncer:Sync:Interval"] = "soon";
        builder.Configuration["Bouncer:Http:DryRun"] = "maybe";
        builder.Configuration["Bouncer:Http:WhenUnavailable"] = "hope";
        builder.Services.AddBouncer();
        await using var app = builder.Build();
        app.UseBouncer();
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => app.StartAsync());
        Assert.Equal(
            ["Bouncer:Lapi:Url", "Bouncer:Sync:Interval", "Bouncer:Lapi:ApiKey", "Bouncer:Http:DryRun", "Bouncer:Http:WhenUnavailable"],
            error.Message.Split("\n- ")[1..].Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]));
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownPolicies_AreAllNamedAtOnce()
    {
        await using var site = await TestSite.CreateAsync(
            b => b.AddPolicy("api", p => p.DryRun()),
            pipeline: app =>
            {
                app.UseBouncer();
                app.MapGet("/a", () => "").RequireBouncer("apii");
                app.MapGet("/b", () => "").RequireBouncer("strict");
                app.MapGet("/c", () => "").RequireBouncer("api");
            });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());
        foreach (var name in new[] { "'apii'", "'strict'", "HTTP: GET /a" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/c", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MetadataWithoutMiddleware_Throws()
    {
        await using var site = await TestSite.CreateAsync(pipeline: app => app.MapGet("/", () => "").RequireBouncer());
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());
        Assert.Contains("app.UseBouncer()", error.Message, StringComparison.Ordinal);
    }

    /// <summary>F1: such a filter's bouncer would judge before clients behind proxies are found.</summary>
    [Fact]
    public async Task F1_UseBouncerInAStartupFilterInFrontOfTheWalk_StopsTheStart()
    {
        await using var site = await TestSite.CreateAsync(
            pipeline: static _ => { }, configure: builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new BouncerFilter())));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());
        Assert.Contains("startup filter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseBouncer_InAStartupFilterBehindTheWalk_Judges()
    {
        await using var site = await TestSite.StartAsync(
            pipeline: static _ => { }, configure: builder => builder.Services.AddSingleton<IStartupFilter>(new BouncerFilter()));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(403, (int)answer.StatusCode);
    }

    [Fact]
    public async Task UseBouncer_InBranchesAndTwice_JudgesInEach()
    {
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.Map("/a", branch => branch.UseBouncer());
            app.MapWhen(context => context.Request.Path == "/b", branch => branch.UseBouncer().UseBouncer());
        });
        foreach (var (path, status) in new[] { ("/a", 403), ("/b", 403), ("/c", 200) })
        {
            using var answer = await site.GetAsync(path, TestSite.Banned);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task UseRouting_AfterBouncer_IsWarnedAboutOnce()
    {
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.UseForwardedHeaders();
            app.UseBouncer();
            app.UseRouting();
            app.MapGet("/open", () => "").BypassBouncer();
        });
        using var first = await site.GetAsync("/open", TestSite.Clean);
        using var second = await site.GetAsync("/open", TestSite.Clean);
        Assert.Equal(1, site.Logs.Count(EventIds.BeforeRouting));
    }

    [Fact]
    public async Task Routing_BeforeBouncer_IsNotWarnedAbout()
    {
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapGet("/open", () => "").BypassBouncer();
        });
        using var first = await site.GetAsync("/open", TestSite.Clean);
        using var second = await site.GetAsync("/elsewhere", TestSite.Clean);
        Assert.Equal(0, site.Logs.Count(EventIds.BeforeRouting));
    }

    /// <summary>What is judged must be what answers. An error page is not, nor is an endpoint with the same policy.</summary>
    [Theory]
    [InlineData("/public/admin", 1)]
    [InlineData("/plain/admin", 1)]
    [InlineData("/public/other", 0)]
    [InlineData("/public/missing", 0)]
    [InlineData("/public/throw", 0)]
    [InlineData("/admin", 0)]
    public async Task Routing_AgainBehindTheBouncer_IsWarnedAboutOnceAndDegrades(string path, int lines)
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddPolicy("default", _ => { }).AddPolicy("soft", policy => policy.Maximum(Remediation.None)),
            configure: builder => builder.Services.AddHealthChecks().AddBouncer(),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.UseStatusCodePagesWithReExecute("/admin");
                app.UseExceptionHandler("/admin");
                app.UseRewriter(new RewriteOptions().AddRewrite("^(public|plain)/(admin|other)$", "$2", skipRemainingRules: true));
                app.MapGet("/public/missing", () => Results.NotFound()).RequireBouncer("soft");
                app.MapGet("/public/throw", IResult () => throw new InvalidOperationException()).RequireBouncer("soft");
                app.MapGet("/public/{**rest}", () => "public").RequireBouncer("soft");
                app.MapGet("/other", () => "other").RequireBouncer("SOFT");
                app.MapGet("/admin", () => "admin").RequireBouncer("default");
                app.MapGet("/plain/{**rest}", () => "plain").RequireBouncer("soft");
            });
        for (var time = 0; time < 2; time++)
        {
            using var answer = await site.GetAsync(path, TestSite.Clean);
        }

        Assert.Equal(lines, site.Logs.Count(EventIds.BeforeRouting));
        var report = await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(lines == 0 ? HealthStatus.Healthy : HealthStatus.Degraded, report.Status);
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("dry run", true, false)]
    [InlineData("default policy", true, false)]
    [InlineData("cap", false, false)]
    public async Task HealthCheck_NothingIsRefused_IsInItsData(string what, bool isDryRun, bool isEnforcing)
    {
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(http =>
            {
                http.DryRun = what == "dry run";
                if (what is "cap" or "default policy")
                {
                    http.Policies["default"] = new BouncerPolicyOptions { Maximum = what == "cap" ? "none" : null, DryRun = what == "default policy" };
                }
            }),
            configure: builder => builder.Services.AddHealthChecks().AddBouncer());
        var entry = (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["bouncer-pipeline"];
        Assert.Equal((isDryRun, isEnforcing), (entry.Data["dryRun"], entry.Data["enforces"]));
        Assert.Equal(HealthStatus.Healthy, entry.Status);
    }

    [Fact]
    public async Task HealthCheck_BadPipeline_IsDegraded()
    {
        await using var site = await TestSite.StartAsync(configure: builder =>
        {
            builder.Services.AddHealthChecks().AddBouncer();
            builder.Services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.KnownIPNetworks.Clear();
                options.KnownProxies.Clear();
            });
        });
        var report = await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Equal("all", report.Entries["bouncer-pipeline"].Data["proxyTrust"]);
    }

    [Fact]
    public async Task HealthCheck_SoundPipeline_IsHealthy()
    {
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.AddHealthChecks().AddBouncer());
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HealthStatus.Healthy, (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
    }

    private sealed class BouncerFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseBouncer();
            next(app);
        };
    }
}
