using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary>The promise: the package, section "Bouncer" and one line. With the real engine and a Local API.</summary>
public sealed class UseBouncerAloneTests
{
    [Fact]
    public async Task UseBouncer_SectionInConfiguration_FollowsTheDecisions()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        lapi.Database.Add("198.51.100.0/24", TimeSpan.FromHours(1));
        lapi.Database.Add("2001:db8::/48", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(lapi);
        Assert.Equal(403, await site.StatusAsync("192.0.2.66"));
        Assert.Equal(403, await site.StatusAsync("::ffff:192.0.2.66"));
        Assert.Equal(403, await site.StatusAsync("198.51.100.200"));
        Assert.Equal(403, await site.StatusAsync("2001:db8:0:1::7"));
        Assert.Equal(200, await site.StatusAsync("192.0.2.67"));
        Assert.Equal(200, await site.StatusAsync(null));

        lapi.Database.Add("192.0.2.67", TimeSpan.FromHours(1));
        lapi.Database.Delete("192.0.2.66");
        await Eventually.TrueAsync(async () => await site.StatusAsync("192.0.2.67") == 403);
        await Eventually.TrueAsync(async () => await site.StatusAsync("192.0.2.66") == 200);
    }

    /// <summary>F1: it finds clients in place of ForwardedHeaders, and would for the branch alone.</summary>
    [Fact]
    public async Task F1_InBranchesOnlyWhereForwardedHeadersAreUsed_StopsTheApplication()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders().AddCollector(logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        (builder.Configuration["Bouncer:Lapi:Url"], builder.Configuration["Bouncer:Lapi:ApiKey"]) = (lapi.Url.ToString(), lapi.ApiKey);
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        await using var app = builder.Build();
        app.UseWhen(context => context.Request.Path == "/api", branch => branch.UseBouncer());
        await app.StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(app.Lifetime.ApplicationStopping.IsCancellationRequested));
        Assert.Contains("builder.Services.AddBouncer()", Assert.Single(logs.Lines, line => line.Id == EventIds.StartFailed).Text, StringComparison.Ordinal);
    }

    /// <summary>Options of the application's own would be there too, but set up by nobody: the first key could not be made.</summary>
    [Fact]
    public async Task UseBouncer_ApplicationWithoutDataProtection_HasKeysThatWork()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(lapi);
        var services = BouncerServicesResolver.For(site.App.Services).Services;
        Assert.NotSame(site.App.Services, services);
        Assert.NotNull(services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.AuthenticatedEncryptorConfiguration);
    }

    [Fact]
    public async Task UseBouncer_ApplicationWithDataProtection_UsesItsKeys()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(lapi, builder => builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider());
        var services = BouncerServicesResolver.For(site.App.Services).Services;
        Assert.Same(site.App.Services.GetRequiredService<IDataProtectionProvider>(), services.GetRequiredService<IDataProtectionProvider>());
        Assert.Same(site.App.Services.GetRequiredService<IOptions<KeyManagementOptions>>(), services.GetRequiredService<IOptions<KeyManagementOptions>>());
    }

    [Fact]
    public async Task UseBouncer_FirstRequest_WaitsForTheFirstSynchronisation()
    {
        var clock = new TestClock();
        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions { TimeProvider = clock });
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        lapi.Faults.Add(new Fault { Path = "/v1/decisions/stream", Delay = TimeSpan.FromMinutes(1) }, times: 1);
        await using var site = await OneLineSite.StartAsync(lapi);
        var first = site.StatusAsync("192.0.2.66");
        await Eventually.TrueAsync(() => clock.ArmedTimers == 1);
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(403, await first);
    }

    [Fact]
    public async Task UseBouncer_LapiDown_RequestsPassAfterTheStartupTimeout()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await lapi.StopAsync();
        await using var site = await OneLineSite.StartAsync(lapi, ("Bouncer:Sync:StartupTimeout", "00:00:00.2"));
        Assert.Equal(200, await site.StatusAsync("192.0.2.66"));
    }

    [Fact]
    public async Task UseBouncer_LapiDownAndBlockUntilReady_Answers503ThenRecovers()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await lapi.StopAsync();
        await using var site = await OneLineSite.StartAsync(lapi, ("Bouncer:Sync:Startup", "BlockUntilReady"));
        Assert.Equal(503, await site.StatusAsync("192.0.2.1"));
        await lapi.StartAgainAsync();
        await Eventually.TrueAsync(async () => await site.StatusAsync("192.0.2.1") == 200);
    }

    [Fact]
    public async Task UseBouncer_LapiDownAndBlockUntilReady_UnresolvedClientGets503Too()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await lapi.StopAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi, ("Bouncer:Sync:Startup", "BlockUntilReady"), ("Bouncer:Http:WhenUnresolved", "none"), ("Bouncer:TrustLoopback", "false"));
        Assert.Equal(503, await site.RawStatusAsync("garbage"));
        await lapi.StartAgainAsync();
        await Eventually.TrueAsync(async () => await site.RawStatusAsync("garbage") == 200);
    }

    [Fact]
    public async Task UseBouncer_TwiceAndInBranches_RunsOneEngine()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(lapi, pipeline: app =>
        {
            var proxy = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
            proxy.UseBouncer();
            proxy.Run(context => context.Response.WriteAsync("proxied"));
            app.Map("/branch", branch => branch.UseBouncer());
            app.Map("/proxy", proxy.Build());
            app.MapGet("/open", () => "").BypassBouncer();
        });
        foreach (var path in new[] { "/branch", "/proxy" })
        {
            Assert.Equal(403, await site.StatusAsync("192.0.2.66", path));
        }

        Assert.Equal(200, await site.StatusAsync("192.0.2.66", "/open"));
        Assert.Single(lapi.Requests, request => request.PathAndQuery.Contains("startup=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UseBouncer_ApplicationStops_EngineStops()
    {
        var clock = new TestClock();
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        Assert.Equal(200, await site.StatusAsync("192.0.2.66"));
        await Eventually.TrueAsync(() => clock.ArmedTimers > 0);
        var engine = BouncerServicesResolver.For(site.App.Services).Services;
        await site.App.StopAsync();
        Assert.Equal(0, clock.ArmedTimers);
        Assert.Throws<ObjectDisposedException>(() => engine.GetService<IBouncer>());
    }

    [Fact]
    public async Task UseBouncer_ApplicationStopsDuringTheFirstSynchronisation_NoRequestWaitsForIt()
    {
        var clock = new TestClock();
        await using var lapi = await LocalApiServer.StartAsync();
        await lapi.StopAsync();
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        });

        // The wait for the first list, and the pause before the next attempt: no call is under way that has timers of its own.
        await Eventually.TrueAsync(() => clock.ArmedTimers == 2 && clock.NextTimer < TimeSpan.FromSeconds(2));
        var request = site.StatusAsync("192.0.2.66");
        await Eventually.TrueAsync(() => clock.ArmedTimers == 3);
        await site.App.StopAsync();
        Assert.Equal(200, await request);
        Assert.Equal(0, clock.ArmedTimers);
    }

    [Fact]
    public async Task UseBouncer_NoSettings_NamesBothFixes()
    {
        await using var app = WebApplication.CreateBuilder().Build();
        var error = Assert.Throws<InvalidOperationException>(() => app.UseBouncer());
        Assert.Contains("'Bouncer:Lapi'", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddBouncer", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task UseBouncer_BadSettings_ThrowsAllErrorsAtOnce()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Bouncer:Lapi:Url"] = "nonsense";
        builder.Configuration["Bouncer:Sync:Interval"] = "soon";
        builder.Configuration["Bouncer:Http:Ban:StatusCode"] = "200";
        builder.Configuration["Bouncer:Http:DryRun"] = "maybe";
        await using var app = builder.Build();
        var error = Assert.ThrowsAny<OptionsValidationException>(() => app.UseBouncer());
        foreach (var key in new[] { "Bouncer:Lapi:Url", "Bouncer:Lapi:ApiKey", "Bouncer:Sync:Interval", "Bouncer:Http:Ban:StatusCode", "Bouncer:Http:DryRun" })
        {
            Assert.Contains(error.Failures, failure => failure.StartsWith(key, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task UseBouncer_EndpointNamesUnknownPolicy_ApplicationDoesNotStart()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => OneLineSite.StartAsync(
            lapi, pipeline: app => app.MapGet("/a", () => "").RequireBouncer("apii")));
        Assert.Contains("'apii'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseBouncer_OwnEngineRegistered_IsUsed()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        await using var engine = await RunningEngine.StartAsync(lapi => lapi.Ban("127.0.0.1"));
        builder.Services.AddSingleton<IBouncer>(new OwnEngine(engine.Bouncer));
        builder.Configuration["Bouncer:Http:Ban:StatusCode"] = "451";
        await using var app = builder.Build();
        app.UseBouncer();
        app.MapGet("/", () => "hello");
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var answer = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.UnavailableForLegalReasons, answer.StatusCode);
    }

    [Fact]
    public async Task UseBouncer_PolicyResolverRegisteredWithoutEngine_IsCalled()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(
            lapi,
            configure: builder => builder.Services.AddSingleton<IBouncerPolicyResolver>(new OpenByName()),
            pipeline: app => app.MapGet("/open", () => "").WithDisplayName("open"));
        Assert.Equal(200, await site.StatusAsync("192.0.2.66", "/open"));
        Assert.Equal(403, await site.StatusAsync("192.0.2.66"));
    }

    [Fact]
    public async Task UseBouncer_OwnPartsRegisteredWithoutEngine_AreUsed()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(lapi, configure: builder => builder.Services
            .AddSingleton<IClientAddressResolver>(new AlwaysTheSame()));
        Assert.Equal(403, await site.StatusAsync("192.0.2.1", accept: "text/html"));
    }

    private sealed class AlwaysTheSame : IClientAddressResolver
    {
        public IPAddress? GetClientAddress(HttpContext context) => IPAddress.Parse("192.0.2.66");
    }

    private sealed class OpenByName : IBouncerPolicyResolver
    {
        public IBouncerMetadata? Resolve(Endpoint endpoint) => endpoint.DisplayName == "open" ? new BypassBouncerAttribute() : null;
    }
}
