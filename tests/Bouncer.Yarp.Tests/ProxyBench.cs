using System.Net.Http.Headers;
using System.Text.Json;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Yarp.Tests;

/// <summary>A proxy, its upstream and a Local API on real ports. The configuration is a file that can be rewritten.</summary>
internal sealed class ProxyBench : IAsyncDisposable
{
    public const string Banned = "192.0.2.10";
    public const string Captcha = "192.0.2.20";
    public const string Clean = "203.0.113.1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bouncers-yarp-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private LocalApiServer? _lapi;
    private RecordingUpstream? _upstream;
    private WebApplication? _app;

    public RecordingUpstream Upstream => _upstream!;

    public FakeLogCollector Logs { get; } = new();

    public static async Task<ProxyBench> StartAsync(
        object routes,
        object? http = null,
        Action<WebApplicationBuilder>? register = null,
        Action<WebApplication>? pipeline = null)
    {
        var bench = new ProxyBench();
        try
        {
            await bench.ListenAsync(routes, http, register ?? AddProxy, pipeline ?? UseAndMap);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    public static void AddProxy(WebApplicationBuilder builder) =>
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer();

    public static void UseAndMap(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseBouncer();
        app.MapReverseProxy();
    }

    /// <summary>A route that leads everything below a path to the upstream.</summary>
    public static object Route(string path, params (string Key, string Value)[] metadata) => Route(path, metadata, []);

    public static object Route(string path, (string Key, string Value)[] metadata, object[] transforms) => new
    {
        ClusterId = "upstream",
        Match = new { Path = path + "/{**rest}" },
        Metadata = metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
        Transforms = transforms,
    };

    public void WriteSettings(object routes, object? http = null) => File.WriteAllText(
        Path.Combine(_folder.FullName, "settings.json"),
        JsonSerializer.Serialize(new
        {
            Bouncer = new { Lapi = new { Url = _lapi!.Url, _lapi.ApiKey }, Sync = new { Interval = "00:00:01" }, Http = http ?? new { } },
            ReverseProxy = new
            {
                Routes = routes,
                Clusters = new { upstream = new { Destinations = new { one = new { Address = Upstream.Url } } } },
            },
        }));

    public async Task<HttpResponseMessage> GetAsync(string path, string client, Action<HttpRequestHeaders>? add = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _app!.Urls.First() + path);
        request.Headers.Add("X-Forwarded-For", client);
        add?.Invoke(request.Headers);
        return await _http.SendAsync(request);
    }

    public async Task<int> StatusAsync(string path, string client)
    {
        using var answer = await GetAsync(path, client);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_upstream is not null)
        {
            await _upstream.DisposeAsync();
        }

        if (_lapi is not null)
        {
            await _lapi.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task ListenAsync(object routes, object? http, Action<WebApplicationBuilder> register, Action<WebApplication> pipeline)
    {
        _lapi = await LocalApiServer.StartAsync();
        _lapi.Database.Add(Banned);
        _lapi.Database.Add(Captcha, type: "captcha");
        _upstream = await RecordingUpstream.StartAsync();
        WriteSettings(routes, http);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _folder.FullName });
        builder.Configuration.AddJsonFile("settings.json", optional: false, reloadOnChange: true);
        builder.Logging.ClearProviders().AddProvider(new FakeLoggerProvider(Logs));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        register(builder);
        _app = builder.Build();
        pipeline(_app);
        await _app.StartAsync();
    }
}
