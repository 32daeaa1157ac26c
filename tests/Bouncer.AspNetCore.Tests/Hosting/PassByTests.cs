using System.Net;
using System.Net.WebSockets;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary><c>AddBouncer</c> without a <c>UseBouncer</c> that has an effect.</summary>
public sealed class PassByTests
{
    [Fact]
    public async Task U1_Start_WithoutUseBouncer_ThrowsBeforeTheServerListens()
    {
        await using var site = await TestSite.CreateAsync(pipeline: static _ => { });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());

        Assert.Contains("AddBouncer was called, but the pipeline has no bouncer", error.Message, StringComparison.Ordinal);
        Assert.False(site.App.Lifetime.ApplicationStarted.IsCancellationRequested);
        Assert.All(site.App.Urls, url => Assert.EndsWith(":0", url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithoutUseBouncer_NamesTheOtherErrorsToo()
    {
        await using var site = await TestSite.CreateAsync(pipeline: app => app.MapGet("/", () => "").RequireBouncer("apii"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => site.App.StartAsync());

        Assert.Contains("app.UseBouncer()", error.Message, StringComparison.Ordinal);
        Assert.Contains("'apii'", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> BadPipelines => [.. PassByPipelines.Bad.Keys];

    public static TheoryData<string> SoundPipelines => [.. PassByPipelines.Sound.Keys];

    [Theory]
    [MemberData(nameof(BadPipelines))]
    public async Task U2_Requests_ThatPassTheBouncerBy_AreLoggedOnceAndUnhealthy(string pipeline)
    {
        await using var site = await StartAsync(PassByPipelines.Bad[pipeline]);

        for (var i = 0; i < 3; i++)
        {
            await SendAsync(site, "/page");
        }

        Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
        Assert.Equal(HealthStatus.Unhealthy, await HealthOfAsync(site));
    }

    [Theory]
    [MemberData(nameof(SoundPipelines))]
    public async Task U2_Requests_InAnOrdinaryPipeline_AreNotReported(string pipeline)
    {
        var (build, paths) = PassByPipelines.Sound[pipeline];
        await using var site = await StartAsync(build);

        foreach (var path in paths.Concat(paths))
        {
            await SendAsync(site, path);
        }

        Assert.Empty(site.Logs.Lines.Where(line => line.Id == EventIds.PassedBy).Select(line => line.Text));
        Assert.Equal(HealthStatus.Healthy, await HealthOfAsync(site));
    }

    [Fact]
    public async Task U2_ACachedAnswer_IsTheCachesAndNotReported()
    {
        await using var site = await StartAsync(PassByPipelines.Sound["a cache in front"].Build);
        await SendAsync(site, "/page");
        using var cached = await site.GetAsync("/page", client: null);
        Assert.NotNull(cached.Headers.Age);
        Assert.Equal(0, site.Logs.Count(EventIds.PassedBy));
    }

    [Fact]
    public async Task U2_EndpointsBeforeTheBouncer_AreReportedAtTheStartByTheirName()
    {
        await using var site = await StartAsync(PassByPipelines.Bad["behind an endpoint: refuses"]);

        Assert.Contains("First found: the endpoint 'HTTP: GET /page'.", Assert.Single(site.Logs.Lines, line => line.Id == EventIds.PassedBy).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task U2_AStreamThatPassesTheBouncerBy_IsReportedWhileItRunsAndWhenItsClientIsGone()
    {
        await using var site = await StartAsync(app =>
        {
            app.Run(StreamAsync);
            app.UseBouncer();
        });

        using (var begun = await site.Http1.GetAsync("/page", HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
            Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
        }

        Assert.Equal(HealthStatus.Unhealthy, await HealthOfAsync(site));
    }

    [Fact]
    public async Task U2_AWebSocketThatPassesTheBouncerBy_IsReported()
    {
        await using var site = await StartAsync(app =>
        {
            app.UseWebSockets();
            app.Use(async (context, next) =>
            {
                if (context.WebSockets.IsWebSocketRequest)
                {
                    using var accepted = await context.WebSockets.AcceptWebSocketAsync();
                    await accepted.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                    return;
                }

                await next(context);
            });
            app.UseBouncer();
        });

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(site.Http1.BaseAddress!) { Scheme = "ws" }.Uri, CancellationToken.None);
        Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
    }

    /// <summary>Middleware for files answers no such request.</summary>
    [Fact]
    public async Task U2_APostAnsweredAsAFileIs_IsReported()
    {
        await using var site = await StartAsync(app =>
        {
            app.Run(context =>
            {
                context.Response.Headers.ETag = "\"1\"";
                context.Response.Headers.LastModified = "Thu, 01 Jan 2026 00:00:00 GMT";
                return context.Response.WriteAsync("hello");
            });
            app.UseBouncer();
        });

        using var answer = await site.Http1.PostAsync("/page", null);
        Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
    }

    [Fact]
    public async Task U2_AClientThatLeavesBeforeAnAnswer_IsNotReported()
    {
        var left = new TaskCompletionSource();
        await using var site = await StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                if (context.Request.Path == "/slow")
                {
                    // The request is over when the look at it is.
                    context.Response.OnCompleted(() =>
                    {
                        left.SetResult();
                        return Task.CompletedTask;
                    });
                    await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return;
                }

                await next(context);
            });
            app.UseBouncer();
            app.Run(context => context.Response.WriteAsync("hello"));
        });

        using (var socket = new System.Net.Sockets.TcpClient())
        {
            await socket.ConnectAsync(IPAddress.Loopback, site.Http1.BaseAddress!.Port);
            await socket.GetStream().WriteAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await SendAsync(site, "/page");
        Assert.Equal(0, site.Logs.Count(EventIds.PassedBy));
    }

    [Theory]
    [InlineData(HealthStatus.Degraded)]
    [InlineData(HealthStatus.Healthy)]
    public async Task U2_AFailureStatusOfTheRegistration_IsWhatAFindingCountsAs(HealthStatus failure)
    {
        await using var site = await StartAsync(PassByPipelines.Bad["behind the endpoints"], failure);
        await SendAsync(site, "/page");
        Assert.Equal(1, site.Logs.Count(EventIds.PassedBy));
        Assert.Equal(failure, await HealthOfAsync(site));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task U3_UseBouncer_SeveralTimes_ChargesAThrottledClientOnce(int times)
    {
        await using var site = await TestSite.StartAsync(decisions: lapi => lapi.Decide(TestSite.Clean, Remediation.Throttle), pipeline: app =>
        {
            app.UseForwardedHeaders();
            for (var i = 0; i < times; i++)
            {
                app.UseBouncer();
            }
        });

        using var checks = site.App.Services.Collect("bouncer.processed.requests");
        var let = 0;
        for (var i = 0; i < 15; i++)
        {
            using var answer = await site.GetAsync("/", TestSite.Clean);
            let += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.Equal(10, let);
        Assert.Equal(15, checks.Counts.Sum(count => count.Count));
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

    [Theory]
    [InlineData("behind the endpoints", 1)]
    [InlineData("in a branch", 1)]
    [InlineData("before the endpoints", 0)]
    public async Task U2_AHostWithAStartup_IsLookedAtToo(string place, int found)
    {
        var logs = new FakeLogCollector();
        using var host = new HostBuilder().ConfigureWebHost(web => web
            .UseKestrel().UseUrls("http://127.0.0.1:0")
            .ConfigureLogging(logging => logging.AddCollector(logs))
            .ConfigureServices(services =>
            {
                services.AddRouting();
                services.AddIdleBouncer(options => options.Sync.Startup = StartupPolicy.AllowUntilReady);
            })
            .Configure(app => Build(app, place))).Build();
        await host.StartAsync();

        using var http = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        using var answer = await http.GetAsync(new Uri("/page", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(found, logs.Count(EventIds.PassedBy));
        await host.StopAsync();
    }

    private static void Build(IApplicationBuilder app, string place)
    {
        app.UseRouting();
        if (place == "in a branch")
        {
            app.Map("/admin", branch => branch.UseBouncer());
        }
        else if (place == "before the endpoints")
        {
            app.UseBouncer();
        }

        app.UseEndpoints(endpoints => endpoints.MapGet("/page", () => Results.NotFound()));
        if (place == "behind the endpoints")
        {
            app.UseBouncer();
        }
    }

    private static async Task<TestSite> StartAsync(Action<WebApplication> pipeline, HealthStatus? failure = null)
    {
        var site = await TestSite.StartAsync(
            pipeline: pipeline,
            configure: builder =>
            {
                PassByPipelines.AddServices(builder.Services);
                builder.Services.AddHealthChecks().AddBouncer(failureStatus: failure);
            },
            hasFallback: false);
        var address = site.Http1.BaseAddress;
        site.Http1.Dispose();
        site.Http1 = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        return site;
    }

    /// <summary>Sends what a visitor would, or a preflight where the path is marked so; whatever comes back is fine.</summary>
    private static async Task SendAsync(TestSite site, string path)
    {
        var isPreflight = path.StartsWith("preflight ", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(isPreflight ? HttpMethod.Options : HttpMethod.Get, path.Split(' ')[^1]);
        if (isPreflight)
        {
            request.Headers.Add("Origin", "https://other.example");
            request.Headers.Add("Access-Control-Request-Method", "POST");
        }

        using var answer = await site.Http1.SendAsync(request);
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: x\n\n");
        await context.Response.Body.FlushAsync();
        await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
    }

    private static async Task<HealthStatus> HealthOfAsync(TestSite site) =>
        (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
}
