using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary>A <c>UseBouncer</c> in branches that do not have its own pages.</summary>
public sealed class LostPageTests
{
    private const string Page = "/.bouncer/captcha";

    private static readonly Dictionary<string, Action<WebApplication>> Pipelines = new()
    {
        ["whole"] = TestSite.DefaultPipeline,
        ["for /api"] = app => UseFor(app, path => path.StartsWithSegments("/api")),
        ["for /api and the pages"] = app => UseFor(app, path => path.StartsWithSegments("/api") || path.StartsWithSegments("/.bouncer")),
        ["for /api, with a page for all else"] = app =>
        {
            UseFor(app, path => path.StartsWithSegments("/api"));
            app.Run(context => context.Response.WriteAsync("hello"));
        },
        ["for /api, behind a redirect"] = app =>
        {
            app.Use((HttpContext context, RequestDelegate _) =>
            {
                context.Response.Redirect("/");
                return Task.CompletedTask;
            });
            UseFor(app, path => path.StartsWithSegments("/api"));
        },
        ["below /shop"] = app => app.Map("/shop", branch => branch.UseBouncer()),
    };

    [Theory]
    [InlineData("for /api", Page)]
    [InlineData("for /api", Page, "POST")]
    [InlineData("for /api", "/.BOUNCER/Captcha")]
    [InlineData("for /api, with a page for all else", Page)]
    [InlineData("below /shop", Page)]
    public async Task U2_OwnPageThatMeetsNoBouncer_IsLoggedOnceAndDegraded(string pipeline, string path, string method = "GET")
    {
        await using var site = await StartAsync(pipeline);
        Assert.Equal(0, site.Logs.Count(EventIds.OwnPageLost));

        for (var i = 0; i < 3; i++)
        {
            using var answer = await site.GetAsync(path, TestSite.Clean, method: new HttpMethod(method));
        }

        Assert.Contains(path, Assert.Single(site.Logs.Lines, line => line.Id == EventIds.OwnPageLost).Text, StringComparison.Ordinal);
        var report = await ReportAsync(site);
        Assert.Equal(true, report.Data["losesOwnPages"]);
        Assert.NotEqual(HealthStatus.Healthy, report.Status);
    }

    /// <summary>Each such request is looked at, however many came before.</summary>
    [Fact]
    public async Task U2_OwnPageThatMeetsNoBouncer_IsNoticedLate()
    {
        await using var site = await StartAsync("for /api");
        for (var i = 0; i < 1100; i++)
        {
            using var other = await site.GetAsync("/nothing", TestSite.Clean);
        }

        using var answer = await site.GetAsync(Page, TestSite.Clean);

        Assert.Equal(1, site.Logs.Count(EventIds.OwnPageLost));
        Assert.Equal(HealthStatus.Degraded, (await ReportAsync(site)).Status);
    }

    [Theory]
    [InlineData("whole", Page)]
    [InlineData("whole", "/.bouncer/nothing")]
    [InlineData("for /api", "/.bouncer/nothing")]
    [InlineData("for /api", Page, "OPTIONS")]
    [InlineData("for /api and the pages", Page)]
    [InlineData("for /api and the pages", Page, "POST")]
    [InlineData("for /api, behind a redirect", Page)]
    [InlineData("below /shop", "/shop/.bouncer/captcha")]
    public async Task U2_OwnPageThatMeetsABouncerOrIsNone_IsNotReported(string pipeline, string path, string method = "GET")
    {
        await using var site = await StartAsync(pipeline);

        using var answer = await site.GetAsync(path, TestSite.Banned, method: new HttpMethod(method));

        Assert.Equal(0, site.Logs.Count(EventIds.OwnPageLost));
        Assert.Equal(false, (await ReportAsync(site)).Data["losesOwnPages"]);
    }

    private static void UseFor(WebApplication app, Func<PathString, bool> isFor)
    {
        app.UseForwardedHeaders();
        app.UseWhen(context => isFor(context.Request.Path), branch => branch.UseBouncer());
    }

    private static Task<TestSite> StartAsync(string pipeline) => TestSite.StartAsync(
        pipeline: Pipelines[pipeline],
        configure: builder =>
        {
            PassByPipelines.AddServices(builder.Services);
            builder.Services.AddHealthChecks().AddBouncer();
        },
        hasFallback: false);

    private static async Task<HealthReportEntry> ReportAsync(TestSite site) =>
        (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer-pipeline"];
}
