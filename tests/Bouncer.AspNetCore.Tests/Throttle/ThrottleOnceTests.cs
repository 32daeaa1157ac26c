using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Throttle;

/// <summary>One request takes one permit, however often the pipeline has it judged.</summary>
public sealed class ThrottleOnceTests
{
    public static TheoryData<string> Pipelines => ["twice, with a decision on a user", "an error page", "a status page"];

    [Theory]
    [MemberData(nameof(Pipelines))]
    public async Task U3_ARequestThatIsCheckedTwice_IsChargedOnce(string pipeline)
    {
        await using var site = await StartAsync(pipeline);

        List<int> statuses = [];
        for (var i = 0; i < 8; i++)
        {
            statuses.Add(await ThrottleSite.StatusAsync(site, "/page"));
        }

        var passed = pipeline == "an error page" ? 500 : pipeline == "a status page" ? 404 : 200;
        Assert.Equal([.. Enumerable.Repeat(passed, 6), 429, 429], statuses);
    }

    [Fact]
    public async Task U3_AnErrorPageOfARequestThatPassed_SaysWhereTheClientStands()
    {
        await using var site = await StartAsync("an error page");
        using var answer = await site.GetAsync("/page", ThrottleSite.Throttled);
        Assert.Equal("sorry", await answer.Content.ReadAsStringAsync());
        Assert.StartsWith("\"throttle\";r=5;", ThrottleSite.Header(answer, "RateLimit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task U3_AnotherPolicyOnTheWay_TakesItsOwnPermit()
    {
        await using var site = await ThrottleSite.StartAsync(
            bouncer: b => b.AddPolicy("errors", policy => policy.Throttle(1, TimeSpan.FromMinutes(1))),
            pipeline: app =>
            {
                ErrorPage(app, "errors");
                app.MapGet("/page", string () => throw new InvalidOperationException("as asked"));
            });
        Assert.Equal(500, await ThrottleSite.StatusAsync(site, "/page"));
        Assert.Equal(429, await ThrottleSite.StatusAsync(site, "/error"));
    }

    [Fact]
    public async Task U3_ALimiterOfTheApplications_IsCalledOnce()
    {
        var limiter = new OwnLimiter { Permits = 6 };
        await using var site = await ThrottleSite.StartAsync(
            bouncer: b => b.AddPolicy("default", policy => policy.ThrottleWith(limiter)),
            pipeline: app =>
            {
                ErrorPage(app, null);
                app.MapGet("/page", string () => throw new InvalidOperationException("as asked"));
            });
        await ThrottleSite.ExhaustAsync(site, permits: 1);
        Assert.Equal(500, await ThrottleSite.StatusAsync(site, "/page"));
        Assert.Equal(["/", "/page"], limiter.Asked);
    }

    private static Task<TestSite> StartAsync(string pipeline)
    {
        Action<DecisionDatabase> decisions = lapi => lapi.Decide(ThrottleSite.Throttled, Remediation.Throttle).Decide(DecisionScope.Username, "alice", Remediation.Ban);
        return TestSite.StartAsync(
            b => b.ConfigureHttp(http =>
            {
                http.Throttle.PermitLimit = 6;
                http.Mfa.UserNameClaim = pipeline.StartsWith("twice", StringComparison.Ordinal) ? "name" : null;
            }),
            app =>
            {
                switch (pipeline)
                {
                    case "an error page":
                        ErrorPage(app, null);
                        app.MapGet("/page", string () => throw new InvalidOperationException("as asked"));
                        break;
                    case "a status page":
                        app.UseStatusCodePagesWithReExecute("/error");
                        app.UseForwardedHeaders();
                        app.UseBouncer();
                        app.MapGet("/error", () => "sorry");
                        app.MapGet("/page", () => Results.NotFound());
                        break;
                    default:
                        app.UseForwardedHeaders();
                        app.UseBouncer();
                        app.UseBouncer();
                        app.MapGet("/page", () => "hello");
                        break;
                }
            },
            builder =>
            {
                HeaderAuthentication.Add(builder.Services);
                builder.Services.AddSingleton<TimeProvider>(new TestClock());
            },
            decisions);
    }

    private static void ErrorPage(WebApplication app, string? policy)
    {
        app.UseExceptionHandler("/error");
        app.UseForwardedHeaders();
        app.UseBouncer();
        var page = app.MapGet("/error", () => "sorry");
        if (policy is not null)
        {
            page.RequireBouncer(policy);
        }
    }
}
