using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Tests.Startup;

/// <summary><c>AddBouncer</c> without a <c>UseBouncer</c> that has an effect.</summary>
public sealed class PassByTests
{
    [Fact]
    public async Task U1_Start_WithoutUseBouncer_ThrowsBeforeTheServerListens()
    {
        await using var site = TestSite.Create(pipeline: static _ => { });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());

        Assert.Contains("AddBouncer was called, but the pipeline has no bouncer", error.Message, StringComparison.Ordinal);
        Assert.False(site.App.Lifetime.ApplicationStarted.IsCancellationRequested);
        Assert.All(site.App.Urls, url => Assert.EndsWith(":0", url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithoutUseBouncer_NamesTheOtherErrorsToo()
    {
        await using var site = TestSite.Create(pipeline: app => app.MapGet("/", () => "").RequireBouncer("apii"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());

        Assert.Contains("app.UseBouncer()", error.Message, StringComparison.Ordinal);
        Assert.Contains("'apii'", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> BadPipelines => ["behind the endpoints", "in a branch", "in a branch, without endpoints"];

    [Theory]
    [MemberData(nameof(BadPipelines))]
    public async Task U2_Requests_ThatPassTheBouncerBy_AreLoggedOnceAndUnhealthy(string place)
    {
        await using var site = await TestSite.StartAsync(
            pipeline: app => Build(app, place), configure: builder => builder.Services.AddHealthChecks().AddBouncerPipeline());
        Assert.Equal(HealthStatus.Healthy, await HealthOfAsync(site));

        for (var i = 0; i < 5; i++)
        {
            using var answer = await site.GetAsync("/page", TestSite.Banned);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
        Assert.Equal(HealthStatus.Unhealthy, await HealthOfAsync(site));
    }

    [Fact]
    public async Task Requests_InASoundPipeline_AreNotReported()
    {
        await using var site = await TestSite.StartAsync(
            pipeline: app =>
            {
                app.UseForwardedHeaders();
                app.Use((context, next) => context.Request.Path.Value switch
                {
                    "/file.css" => context.Response.WriteAsync("a file, without an endpoint"),
                    "/login" => Refuse(context),
                    _ => next(context),
                });
                app.UseBouncer();
                app.MapGet("/open", () => "fine").BypassBouncer();
                app.MapGet("/page", () => "fine");
            },
            configure: builder => builder.Services.AddHealthChecks().AddBouncerPipeline());

        foreach (var (path, client, status) in new[]
        {
            ("/file.css", TestSite.Banned, 200), ("/login", TestSite.Banned, 401), ("/open", TestSite.Banned, 200), ("/page", TestSite.Banned, 403),
            ("/page", TestSite.Clean, 200), ("/nowhere", TestSite.Clean, 200),
        })
        {
            using var answer = await site.GetAsync(path, client);
            Assert.True(status == (int)answer.StatusCode, $"{path}: {answer.StatusCode}");
        }

        Assert.Equal(0, site.Logs.Count(EventIds.PassedBy));
        Assert.Equal(HealthStatus.Healthy, await HealthOfAsync(site));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task U3_UseBouncer_SeveralTimes_ChargesAThrottledClientOnce(int times)
    {
        var engine = new FakeBouncer().Decide(TestSite.Clean, Remediation.Throttle);
        await using var site = await TestSite.StartAsync(engine: engine, pipeline: app =>
        {
            app.UseForwardedHeaders();
            for (var i = 0; i < times; i++)
            {
                app.UseBouncer();
            }
        });

        var let = 0;
        for (var i = 0; i < 15; i++)
        {
            using var answer = await site.GetAsync("/", TestSite.Clean);
            let += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.Equal(10, let);
        Assert.Equal(15, engine.Asked.Count);
    }

    [Fact]
    public async Task UseBouncer_BeforeAndAfterForwardedHeaders_JudgesTheClientToo()
    {
        await using var site = await TestSite.StartAsync(pipeline: app =>
        {
            app.UseBouncer();
            app.UseForwardedHeaders();
            app.UseBouncer();
        });

        using var answer = await site.GetAsync("/", TestSite.Banned);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task UseBouncer_BeforeAndAfterRouting_AppliesTheEndpointsPolicyToo()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer.AddPolicy("strict", policy => policy.DryRun(false)).ConfigureHttp(options => options.DryRun = true),
            app =>
            {
                app.UseForwardedHeaders();
                app.UseBouncer();
                app.UseRouting();
                app.UseBouncer();
                app.MapGet("/strict", () => "").RequireBouncer("strict");
            });

        using var answer = await site.GetAsync("/strict", TestSite.Banned);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static void Build(WebApplication app, string place)
    {
        IApplicationBuilder pipeline = app;
        app.UseForwardedHeaders();
        if (place == "behind the endpoints")
        {
            app.UseRouting();
            app.MapGet("/page", () => "hello");
            pipeline.UseEndpoints(static _ => { });
            app.UseBouncer();
            return;
        }

        app.Map("/admin", branch => branch.UseBouncer());
        if (place == "in a branch")
        {
            app.MapGet("/page", () => "hello");
        }
        else
        {
            pipeline.Run(context => context.Response.WriteAsync("hello"));
        }
    }

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static async Task<HealthStatus> HealthOfAsync(TestSite site) =>
        (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
}
