using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Yarp.Tests;

/// <summary>An upstream that sends each client a message again and again, and notices when the client is gone.</summary>
internal sealed class StreamingUpstream : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, int> _aborted = new();
    private readonly WebApplication _app;

    private StreamingUpstream()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map("/websocket", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await RepeatAsync(context, () => socket.SendAsync("tick"u8.ToArray(), WebSocketMessageType.Text, true, context.RequestAborted));
        });
        _app.MapGet("/events", context =>
        {
            context.Response.ContentType = "text/event-stream";
            return RepeatAsync(context, () => context.Response.WriteAsync("tick\n", context.RequestAborted));
        });
    }

    internal string Url => _app.Urls.First();

    /// <summary>How many of a client's requests were aborted.</summary>
    internal int AbortedOf(string client) => _aborted.GetValueOrDefault(client);

    internal static async Task<StreamingUpstream> StartAsync()
    {
        var upstream = new StreamingUpstream();
        await upstream._app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task RepeatAsync(HttpContext context, Func<Task> send)
    {
        // Not disposed: the loop may end in a callback of the token, before this one's turn.
        var client = context.Request.Headers["X-Forwarded-For"].ToString();
        context.RequestAborted.Register(() => _aborted.AddOrUpdate(client, 1, static (_, count) => count + 1));
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await send();
            await Task.Delay(Pause, context.RequestAborted);
        }
    }
}
