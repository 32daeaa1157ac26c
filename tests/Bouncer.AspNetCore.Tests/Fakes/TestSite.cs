using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>A real server on loopback with the web layer and a fake engine. Clients say who they are by X-Forwarded-For,
/// which is believed from loopback.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    internal const string Banned = "192.0.2.66";
    internal const string Clean = "192.0.2.1";

    private TestSite(WebApplication app, FakeBouncer bouncer, FakeLogCollector logs)
    {
        App = app;
        Bouncer = bouncer;
        Logs = logs;
    }

    internal WebApplication App { get; }

    internal FakeBouncer Bouncer { get; }

    internal FakeLogCollector Logs { get; }

    internal HttpClient Http1 { get; set; } = null!;

    internal HttpClient Http2 { get; private set; } = null!;

    /// <summary>How many requests reached the application.</summary>
    internal int Reached { get; set; }

    internal static async Task<TestSite> StartAsync(
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        FakeBouncer? engine = null,
        bool hasFallback = true)
    {
        var site = Create(bouncer, pipeline, configure, engine, hasFallback);
        await site.RunAsync();
        return site;
    }

    internal static TestSite Create(
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        Action<WebApplicationBuilder>? configure = null,
        FakeBouncer? engine = null,
        bool hasFallback = true)
    {
        engine ??= new FakeBouncer();
        engine.Ban(Banned);
        var logs = new FakeLogCollector();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders().AddCollector(logs).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IBouncer>(engine);
        builder.Services.AddBouncerHttp();
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        bouncer?.Invoke(new TestBuilder(builder.Services));
        configure?.Invoke(builder);
        var site = new TestSite(builder.Build(), engine, logs);
        (pipeline ?? DefaultPipeline)(site.App);
        if (hasFallback)
        {
            site.App.MapFallback(site.Greet);
        }

        return site;
    }

    internal static void DefaultPipeline(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseBouncer();
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
    }

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
    }

    private string Greet(HttpContext context)
    {
        Reached++;
        return "hello";
    }
}
