using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.Lapi;

/// <summary>A LAPI on a loopback port that answers as told and remembers what it was asked.</summary>
internal sealed class FakeLapi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Request> _requests = new();

    private FakeLapi(WebApplication app) => _app = app;

    internal Uri Url => new(_app.Urls.Single());

    internal IReadOnlyCollection<Request> Requests => _requests;

    internal static Task<FakeLapi> StartAsync(string body) => StartAsync(context => context.Response.WriteAsync(body));

    internal static async Task<FakeLapi> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var lapi = new FakeLapi(builder.Build());
        lapi._app.Run(context =>
        {
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            lapi._requests.Enqueue(new Request(context.Request.Path + context.Request.QueryString, headers, context.Connection.Id));
            return answer(context);
        });
        await lapi._app.StartAsync();
        return lapi;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal sealed record Request(string Target, IReadOnlyDictionary<string, string> Headers, string ConnectionId);
}
