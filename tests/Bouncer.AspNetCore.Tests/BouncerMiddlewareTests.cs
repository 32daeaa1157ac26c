using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests;

public sealed class BouncerMiddlewareTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Invoke_ClientWithoutDecision_AllocatesNothing(bool hasEndpoint, bool hasPolicy)
    {
        using var services = Services();
        var middleware = Middleware(services);
        var context = Context();
        if (hasEndpoint)
        {
            context.SetEndpoint(new Endpoint(null, hasPolicy ? new EndpointMetadataCollection(new BouncerAttribute("api")) : null, "test"));
        }

        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                Assert.True(ReferenceEquals(Task.CompletedTask, middleware.Invoke(context)));
            }
        }));
    }

    [Theory]
    [InlineData(VerdictSource.Trusted)]
    [InlineData(VerdictSource.Unresolved)]
    [InlineData(VerdictSource.Unavailable)]
    public void Invoke_ClientPassesOnOtherGrounds_IsToldWithoutAllocation(VerdictSource source)
    {
        using var services = Services(options =>
        {
            options.TrustedNetworks = source == VerdictSource.Trusted ? [TestSite.Clean] : [];
            options.Sync.MaxStaleness = source == VerdictSource.Unavailable ? TimeSpan.FromMinutes(1) : null;
        });
        var middleware = Middleware(services);
        var request = new PooledRequest(TestSite.Clean);
        if (source == VerdictSource.Unresolved)
        {
            request.Context.Connection.RemoteIpAddress = null;
        }

        Assert.Equal(0, request.Allocated(middleware.Invoke));
        Assert.Equal(new BouncerVerdict(Remediation.None, null, source), request.Context.GetBouncerVerdict());
        Assert.Null(request.Context.Features.Get<IBouncerFeature>()!.PolicyName);
    }

    [Theory]
    [InlineData(VerdictSource.Store)]
    [InlineData(VerdictSource.Live)]
    public async Task U13_GetBouncerVerdict_OfAClientWithoutDecision_IsAllowedByWhatWasAsked(VerdictSource source)
    {
        await using var lapi = await SiteLapi.StartAsync(TimeProvider.System, source == VerdictSource.Live ? EngineState.Live : EngineState.Synchronized);
        using var services = Services(lapi.Configure);
        var context = Context();
        Assert.Equal(VerdictSource.NotChecked, context.GetBouncerVerdict().Source);

        await Middleware(services).Invoke(context);

        Assert.Equal(new BouncerVerdict(Remediation.None, null, source), context.GetBouncerVerdict());
    }

    [Fact]
    public async Task Invoke_BannedClient_IsRefusedAndNeverReachesTheApplication()
    {
        await using var site = await TestSite.StartAsync();
        using var refused = await site.GetAsync("/", TestSite.Banned);
        using var welcome = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
        Assert.Equal(1, site.Reached);
    }

    [Fact]
    public async Task Invoke_CheckCompletesLater_TheSameVerdictsApply()
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        using var refused = await site.GetAsync("/", TestSite.Banned);
        using var welcome = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }

    [Fact]
    public async Task Invoke_EngineThrows_IsNotLetThrough()
    {
        await using var engine = await RunningEngine.StartAsync();
        var failing = new OwnEngine(engine.Bouncer) { OnCheck = _ => throw new InvalidOperationException() };
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.AddSingleton<IBouncer>(failing));
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(0, site.Reached);
    }

    [Theory]
    [InlineData("none", 200)]
    [InlineData("ban", 403)]
    public async Task Invoke_NothingKnown_WhenUnavailableDecides(string whenUnavailable, int status)
    {
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.WhenUnavailable = whenUnavailable), state: EngineState.Stale);
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Invoke_NotReady_AnswersRetryLaterUnlessBypassed()
    {
        await using var site = await TestSite.StartAsync(state: EngineState.NotReady, pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.MapGet("/healthz", () => "fine").BypassBouncer();
        });
        using var answer = await site.GetAsync("/", TestSite.Clean);
        using var health = await site.GetAsync("/healthz", TestSite.Clean);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("10", answer.Headers.RetryAfter?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task GetBouncerVerdict_SaysWhatTheEngineSaid()
    {
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(o => o.DryRun = true).Services.Configure<BouncerOptions>(o => o.TrustedNetworks = [TestSite.Clean]),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/verdict", (HttpContext context) => context.GetBouncerVerdict() is var verdict ? $"{verdict.Remediation} {verdict.Source}" : "");
                app.MapGet("/unchecked", (HttpContext context) => $"{context.GetBouncerVerdict().Source} {context.Features.Get<IBouncerFeature>() is null}").BypassBouncer();
            });
        using var banned = await site.GetAsync("/verdict", TestSite.Banned);
        using var trusted = await site.GetAsync("/verdict", TestSite.Clean);
        using var unchecked_ = await site.GetAsync("/unchecked", TestSite.Banned);
        Assert.Equal("ban Store", await banned.Content.ReadAsStringAsync());
        Assert.Equal("none Trusted", await trusted.Content.ReadAsStringAsync());
        Assert.Equal("NotChecked True", await unchecked_.Content.ReadAsStringAsync());
    }

    private static ServiceProvider Services(Action<BouncerOptions>? options = null)
    {
        var services = new ServiceCollection();
        services.AddIdleBouncer(options).AddPolicy("api", policy => policy.Map(Remediation.Captcha, Remediation.Ban));
        return services.BuildServiceProvider();
    }

    private static BouncerMiddleware Middleware(IServiceProvider services) => ActivatorUtilities.CreateInstance<BouncerMiddleware>(
        services, (RequestDelegate)(_ => Task.CompletedTask), new BouncerServices(services, null));

    private static DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(TestSite.Clean);
        return context;
    }
}
