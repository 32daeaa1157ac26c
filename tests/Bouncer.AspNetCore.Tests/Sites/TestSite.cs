using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>A real server on loopback with the web layer, the real engine and a Local API. Clients say who they are by
/// X-Forwarded-For, which is believed from loopback.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    internal const string Banned = "192.0.2.66";
    internal const string Clean = "192.0.2.1";

    private readonly EngineState _state;

    private TestSite(WebApplication app, SiteLapi lapi, EngineState state, FakeLogCollector logs)
    {
        App = app;
        Lapi = lapi;
        _state = state;
        Logs = logs;
    }

    internal WebApplication App { get; }

    internal SiteLapi Lapi { get; }

    internal FakeLogCollector Logs { get; }

    internal HttpClient Http1 { get; set; } = null!;

    internal HttpClient Http2 { get; private set; } = null!;

    /// <summary>How many requests reached the application.</summary>
    internal int Reached { get; set; }

    internal static async Task<TestSite> StartAsync(
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<DecisionDatabase>? decisions = null,
        bool hasFallback = true,
        EngineState state = EngineState.Synchronized)
    {
        var site = await CreateAsync(bouncer, pipeline, configure, decisions, hasFallback, state);
        try
        {
            await site.RunAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    internal static async Task<TestSite> CreateAsync(
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<DecisionDatabase>? decisions = null,
        bool hasFallback = true,
        EngineState state = EngineState.Synchronized)
    {
        var logs = new FakeLogCollector();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddCollector(logs).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        if (state == EngineState.Stale)
        {
            builder.Services.AddSingleton<TimeProvider>(new TestClock());
        }

        SiteLapi? lapi = null;
        var added = builder.Services.AddBouncer(options => lapi!.Configure(options));
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        bouncer?.Invoke(added);
        configure?.Invoke(builder);
        lapi = await SiteLapi.StartAsync(ClockOf(builder.Services), state, database =>
        {
            database.Ban(Banned);
            decisions?.Invoke(database);
        });
        try
        {
            lapi.AddTo(added);
            var site = new TestSite(builder.Build(), lapi, state, logs);
            (pipeline ?? DefaultPipeline)(site.App);
            if (hasFallback)
            {
                site.App.MapFallback(site.Greet);
            }

            return site;
        }
        catch
        {
            await lapi.DisposeAsync();
            throw;
        }
    }

    internal static void DefaultPipeline(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseBouncer();
    }

    /// <summary>As the default, but the response has begun before the bouncer sees the request.</summary>
    internal static void BegunPipeline(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use(BeginAsync);
        app.UseBouncer();
    }

    /// <summary>Middleware that begins the response.</summary>
    internal static async Task BeginAsync(HttpContext context, RequestDelegate next)
    {
        await context.Response.WriteAsync("begun");
        await context.Response.Body.FlushAsync();
        await next(context);
    }

    internal async Task RunAsync()
    {
        await App.StartAsync();
        var urls = App.Urls.ToArray();
        Http1 = new HttpClient { BaseAddress = new Uri(urls[0]) };
        Http2 = new HttpClient
        {
            BaseAddress = new Uri(urls[1]),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (_state == EngineState.Stale)
        {
            await Lapi.Server.StopAsync();
            ((TestClock)App.Services.GetRequiredService<TimeProvider>()).Advance(SiteLapi.MaxStaleness * 2);
        }
    }

    /// <summary>Changes decisions, and returns when the engine has them.</summary>
    internal Task ChangeAsync(Action<DecisionDatabase> change) => Lapi.ChangeAsync(App.Services.GetRequiredService<IDecisionStore>(), change);

    internal Task DecideAsync(string address, params Remediation[] remediations) => ChangeAsync(lapi => lapi.Decide(address, remediations));

    internal Task DecideAsync(DecisionScope scope, string value, params Remediation[] remediations) => ChangeAsync(lapi => lapi.Decide(scope, value, remediations));

    internal Task BanAsync(string address) => DecideAsync(address, Remediation.Ban);

    internal Task<HttpResponseMessage> GetAsync(string path, string? client, string? accept = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (client is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return Http1.SendAsync(request);
    }

    /// <summary>Sends bytes as they are and reads until the server closes.</summary>
    internal async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Http1.BaseAddress!.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.ReplaceLineEndings("\r\n")));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http1?.Dispose();
        Http2?.Dispose();
        if (App.Lifetime.ApplicationStarted.IsCancellationRequested)
        {
            await App.StopAsync();
        }

        await App.DisposeAsync();
        await Lapi.DisposeAsync();
    }

    private static TimeProvider ClockOf(IServiceCollection services) =>
        services.Last(service => service.ServiceType == typeof(TimeProvider)).ImplementationInstance as TimeProvider ?? TimeProvider.System;

    private string Greet(HttpContext context)
    {
        Reached++;
        return "hello";
    }
}
