using System.Net.Http.Headers;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.AppSec;

/// <summary>A site whose requests an AppSec inspects. The application answers with the length of the body that it read.</summary>
internal sealed class InspectedSite : IAsyncDisposable
{
    private InspectedSite(AppSecServer appSec, TestSite site) => (AppSec, Site) = (appSec, site);

    internal AppSecServer AppSec { get; }

    internal TestSite Site { get; }

    /// <summary>The only request that AppSec was asked about.</summary>
    internal InspectedRequest Inspected => Assert.Single(AppSec.Requests);

    /// <summary>Whether the application has begun to read a body.</summary>
    internal bool IsReached { get; private set; }

    internal static async Task<InspectedSite> StartAsync(
        Action<AppSecOptions>? configure = null,
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplication>? pipeline = null,
        AppSecServerOptions? server = null,
        TimeProvider? time = null)
    {
        var appSec = await AppSecServer.StartAsync(server);
        InspectedSite? inspected = null;
        var site = await TestSite.StartAsync(
            builder =>
            {
                builder.AddAppSec(options =>
                {
                    options.Url = appSec.Url;
                    options.ApiKey = appSec.ApiKey;

                    // Far longer than an answer takes on a busy machine.
                    options.Timeout = TimeSpan.FromSeconds(30);
                    configure?.Invoke(options);
                });
                bouncer?.Invoke(builder);
            },
            app =>
            {
                (pipeline ?? TestSite.DefaultPipeline)(app);
                app.MapPost("/length", (Delegate)((HttpContext context) => inspected!.LengthAsync(context)));
            },
            time is null ? null : builder => builder.Services.AddSingleton(time));
        return inspected = new(appSec, site);
    }

    internal Task<HttpResponseMessage> GetAsync(string path, string client = TestSite.Clean, string? accept = null) => Site.GetAsync(path, client, accept);

    /// <summary>Posts a body; chunked if its length is not known.</summary>
    internal async Task<HttpResponseMessage> PostAsync(string path, HttpContent body, bool isChunked = false, HttpClient? over = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        var client = over ?? Site.Http1;
        (request.Version, request.VersionPolicy) = (client.DefaultRequestVersion, client.DefaultVersionPolicy);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Clean);
        request.Headers.TransferEncodingChunked = isChunked ? true : null;
        return await client.SendAsync(request);
    }

    internal static ByteArrayContent Bytes(int length, string type = "application/octet-stream")
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await AppSec.DisposeAsync();
    }

    private async Task<string> LengthAsync(HttpContext context)
    {
        IsReached = true;
        var length = 0L;
        var buffer = new byte[20_000];
        while (await context.Request.Body.ReadAsync(buffer) is var read and > 0)
        {
            length += read;
        }

        return $"{length}";
    }
}
