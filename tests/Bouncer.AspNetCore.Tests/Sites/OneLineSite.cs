using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>A web application with the real engine and a Local API, and <c>UseBouncer</c> in its pipeline.</summary>
internal sealed class OneLineSite : IAsyncDisposable
{
    private readonly HttpClient _http;

    private OneLineSite(WebApplication app, int registrations)
    {
        App = app;
        Registrations = registrations;
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    internal WebApplication App { get; }

    /// <summary>How many services there were after the configuration.</summary>
    internal int Registrations { get; }

    internal static Task<OneLineSite> StartAsync(LocalApiServer lapi, params (string Key, string Value)[] settings) =>
        StartAsync(lapi, null, null, settings);

    internal static async Task<OneLineSite> StartAsync(
        LocalApiServer lapi,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? pipeline = null,
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Bouncer:Lapi:Url"] = lapi.Url.ToString();
        builder.Configuration["Bouncer:Lapi:ApiKey"] = lapi.ApiKey;
        builder.Configuration["Bouncer:Sync:Interval"] = "00:00:01";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor);
        configure?.Invoke(builder);
        var registrations = builder.Services.Count;
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseBouncer();
        pipeline?.Invoke(app);
        app.MapFallback(() => "hello");
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new OneLineSite(app, registrations);
    }

    /// <summary>The status for a header that is sent as it is.</summary>
    internal async Task<int> RawStatusAsync(string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    internal async Task<int> StatusAsync(string? client, string path = "/", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
