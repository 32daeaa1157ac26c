using System.Threading.RateLimiting;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static Bouncer.AspNetCore.Tests.Throttle.ThrottleSite;

namespace Bouncer.AspNetCore.Tests.Throttle;

public sealed class ThrottlePolicyTests
{
    [Fact]
    public async Task Policy_WithARateOfItsOwn_CountsForItself()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(
            clock,
            b => b.AddPolicy("login", policy => policy.Throttle(1, TimeSpan.FromSeconds(30))).AddPolicy("same", policy => policy.DryRun(false)),
            WithEndpoints);
        using var answer = await site.GetAsync("/login", Throttled);
        Assert.Equal("\"throttle\";q=1;w=30", Header(answer, "RateLimit-Policy"));
        Assert.Equal(429, await StatusAsync(site, "/login"));
        await ExhaustAsync(site, path: "/same");
        Assert.Equal(429, await StatusAsync(site, "/same"));
        await ExhaustAsync(site);
        Assert.Equal(429, await StatusAsync(site));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, await StatusAsync(site, "/login"));
        Assert.Equal(429, await StatusAsync(site, "/login"));
    }

    [Fact]
    public async Task Policy_PartsOfARate_InheritTheOthers()
    {
        await using var site = await StartAsync(
            bouncer: b => b.ConfigureHttp(http =>
            {
                http.Throttle.Window = TimeSpan.FromSeconds(90);
                http.Policies["login"] = new BouncerPolicyOptions { Throttle = { PermitLimit = 2 } };
                http.Policies["same"] = new BouncerPolicyOptions { Throttle = { Burst = 1 } };
            }),
            pipeline: WithEndpoints);
        using var login = await site.GetAsync("/login", Throttled);
        using var same = await site.GetAsync("/same", Throttled);
        Assert.Equal("\"throttle\";q=2;w=90", Header(login, "RateLimit-Policy"));
        Assert.Equal("\"throttle\";r=1;t=45", Header(login, "RateLimit"));
        Assert.Equal("\"throttle\";q=3;w=90", Header(same, "RateLimit-Policy"));
        Assert.Equal("\"throttle\";r=0;t=30", Header(same, "RateLimit"));
    }

    [Fact]
    public async Task Policy_NamedDefault_IsThatOfEndpointsWithoutAnother()
    {
        await using var site = await StartAsync(
            bouncer: b => b.AddPolicy("Default", policy => policy.Throttle(2, TimeSpan.FromSeconds(30))).AddPolicy("login", policy => policy.DryRun(false)),
            pipeline: WithLogin);
        await ExhaustAsync(site, permits: 2);
        Assert.Equal(429, await StatusAsync(site));
        await ExhaustAsync(site, permits: 3, path: "/login");
        Assert.Equal(429, await StatusAsync(site, "/login"));
    }

    [Fact]
    public async Task Reload_OtherRate_AppliesAtOnceAndTheSameOneForgetsNothing()
    {
        await using var site = await StartAsync(configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("Bouncer:Http:DryRun", "false")]);
            builder.Services.BindBouncerHttp();
        });
        var configuration = (IConfigurationRoot)site.App.Configuration;
        await ExhaustAsync(site);
        configuration.Reload();
        Assert.Equal(429, await StatusAsync(site));

        configuration["Bouncer:Http:Throttle:Burst"] = "4";
        configuration.Reload();
        await ExhaustAsync(site, permits: 4);
        Assert.Equal(429, await StatusAsync(site));
    }

    [Fact]
    public async Task ThrottleWith_OwnLimiter_DecidesAndItsLeasesAreDisposed()
    {
        var limiter = new OwnLimiter { Permits = 2, RetryAfter = TimeSpan.FromSeconds(4.2) };
        await using var site = await StartAsync(bouncer: b => b.AddPolicy("login", policy => policy.ThrottleWith(limiter)), pipeline: WithLogin);
        await ExhaustAsync(site, permits: 2, path: "/login");
        using var refused = await site.GetAsync("/login", Throttled);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal("5", Header(refused, "Retry-After"));
        Assert.Null(Header(refused, "RateLimit"));
        Assert.Contains("abnormal-usage-detected", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => limiter.Disposed == 3);
        Assert.Equal(["/login", "/login", "/login"], limiter.Asked);
    }

    [Fact]
    public async Task ThrottleWith_LeaseKnowsNoTime_TellsNone()
    {
        var limiter = new OwnLimiter { Permits = 0 };
        await using var site = await StartAsync(bouncer: b => b.AddPolicy("login", policy => policy.ThrottleWith(limiter)), pipeline: WithLogin);
        using var refused = await site.GetAsync("/login", Throttled);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Null(Header(refused, "Retry-After"));
    }

    [Fact]
    public async Task ThrottleWith_LimiterOfTheFramework_Works()
    {
        await using var limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
            context.Request.Query["tenant"].ToString(),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromHours(1) }));
        await using var site = await StartAsync(bouncer: b => b.AddPolicy("login", policy => policy.ThrottleWith(limiter)), pipeline: WithLogin);
        Assert.Equal(200, await StatusAsync(site, "/login?tenant=a"));
        using var refused = await site.GetAsync("/login?tenant=a", Throttled);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.InRange(int.Parse(Header(refused, "Retry-After")!, System.Globalization.CultureInfo.InvariantCulture), 3_000, 3_600);
        Assert.Equal(200, await StatusAsync(site, "/login?tenant=b"));
    }

    /// <summary>All names of the remediation, through the real engine, and nothing but one line in the pipeline.</summary>
    [Theory]
    [InlineData("throttle")]
    [InlineData("ratelimit")]
    [InlineData("limit")]
    public async Task UseBouncerAlone_DecisionOfTheType_IsThrottled(string type)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.30", TimeSpan.FromHours(1), type: type);
        await using var site = await OneLineSite.StartAsync(
            lapi, ("Bouncer:Http:Throttle:PermitLimit", "2"), ("Bouncer:Http:Throttle:Window", "01:00:00"));
        Assert.Equal(200, await site.StatusAsync(Throttled));
        Assert.Equal(200, await site.StatusAsync(Throttled));
        Assert.Equal(429, await site.StatusAsync(Throttled));
        Assert.Equal(200, await site.StatusAsync(TestSite.Clean));
    }

    private static void WithLogin(WebApplication app)
    {
        TestSite.DefaultPipeline(app);
        app.MapGet("/login", () => "hello").RequireBouncer("login");
    }

    private static void WithEndpoints(WebApplication app)
    {
        WithLogin(app);
        app.MapGet("/same", () => "hello").RequireBouncer("same");
    }
}
