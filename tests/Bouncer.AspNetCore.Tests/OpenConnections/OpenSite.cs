using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>A real server with the real engine and a Local API, whose answers last: each goes on with <see cref="Beat"/>. Polls
/// come when the test says so.</summary>
internal sealed class OpenSite : IAsyncDisposable
{
    internal const string Client = "192.0.2.10";
    internal const string Neighbour = "192.0.2.20";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _logs = new();
    private readonly ConcurrentDictionary<string, int> _received = new();
    private readonly ConcurrentDictionary<string, int> _aborted = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Lock _gate = new();
    private TaskCompletionSource _beat = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    private OpenSite(LocalApiServer lapi) => Lapi = lapi;

    internal LocalApiServer Lapi { get; }

    internal WebApplication App { get; private set; } = null!;

    internal MetricCollector<long> EndedCount { get; private set; } = null!;

    internal Uri Http1Url => new(App.Urls.First());

    internal Uri Http2Url => new(App.Urls.Last());

    /// <summary>How many connections were opened to the server.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>How many looks ended something, and how many connections all of them ended.</summary>
    internal string[] Ended => [.. _logs.Lines.Where(line => line.Id == 2007).Select(line => line.Text)];

    internal IServiceProvider BouncerServices => BouncerServicesResolver.For(App.Services).Services;

    private BouncerStatus Status => BouncerServices.GetRequiredService<IBouncer>().Status;

    internal OpenRequests Requests => BouncerServices.GetRequiredService<OpenRequests>();

    /// <summary>How many requests are open and looked at.</summary>
    internal int Watched => Requests.Places.ToArray().Count(place => place.TryRead(out _, out _));

    internal FakeLogCollector Logs => _logs;

    internal static async Task<OpenSite> StartAsync(
        string form = "added",
        Action<IBouncerBuilder>? bouncer = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<WebApplication>? pipeline = null,
        params (string Key, string Value)[] settings)
    {
        var site = new OpenSite(await LocalApiServer.StartAsync());
        try
        {
            await site.RunAsync(form, bouncer, configure, pipeline, settings);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has every answer go on.</summary>
    internal void Beat()
    {
        lock (_gate)
        {
            _beat.TrySetResult();
            _beat = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets one poll happen, and returns when it is done.</summary>
    internal async Task PollAsync()
    {
        await Eventually.TrueAsync(() => _clock.NextTimer is { } due && due <= Interval);
        var failures = Status.ConsecutiveFailures;
        var last = Status.LastSuccess;
        _clock.Advance(Interval);
        await Eventually.TrueAsync(() => Status.LastSuccess > last || Status.ConsecutiveFailures > failures);
    }

    /// <summary>Bans, and lets one poll happen.</summary>
    internal Task BanAsync(string value, string type = "ban", string? scope = null)
    {
        Lapi.Database.Add(value, TimeSpan.FromHours(1), type, scope);
        return PollAsync();
    }

    /// <summary>How much the server had of a client's upload.</summary>
    internal int ReceivedOf(string client) => _received.GetValueOrDefault(client);

    /// <summary>How many of a client's requests the application saw aborted.</summary>
    internal int AbortedOf(string client) => _aborted.GetValueOrDefault(client);

    internal async Task<int> StatusAsync(string path, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Http1Url, path)) { Headers = { { "X-Forwarded-For", client } } };
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    internal void Reload(string key, string? value)
    {
        App.Configuration[key] = value;
        ((IConfigurationRoot)App.Configuration).Reload();
    }

    public async ValueTask DisposeAsync()
    {
        EndedCount?.Dispose();
        _http.Dispose();
        if (App is not null)
        {
            await App.DisposeAsync();
        }

        await Lapi.DisposeAsync();
    }

    private async Task RunAsync(
        string form, Action<IBouncerBuilder>? bouncer, Action<WebApplicationBuilder>? configure, Action<WebApplication>? pipeline, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = Lapi.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = Lapi.ApiKey,
            ["Bouncer:Sync:Interval"] = Interval.ToString(),
            ["Bouncer:Proxies:Networks:0"] = "127.0.0.0/8",
            ["Bouncer:Http:Policies:mild:WhenUnavailable"] = "none",
        });
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Logging.ClearProviders().AddCollector(_logs);
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => Listen(listen, HttpProtocols.Http1));
            kestrel.Listen(IPAddress.Loopback, 0, listen => Listen(listen, HttpProtocols.Http2));
        });
        configure?.Invoke(builder);
        if (form == "added")
        {
            var added = builder.Services.AddBouncer();
            bouncer?.Invoke(added);
        }

        App = builder.Build();
        App.UseBouncer();
        App.UseWebSockets();
        pipeline?.Invoke(App);
        App.Map("/websocket", WebSocketAsync);
        foreach (var (path, type) in new[] { ("/events", "text/event-stream"), ("/lines", "application/x-ndjson"), ("/capitals", "Text/Event-Stream"), ("/grpc", "application/grpc"), ("/page", "text/html") })
        {
            App.Map(path, context => AnswerAsync(context, type));
        }

        App.MapGet("/download", context =>
        {
            context.Response.ContentLength = 1_000_000_000;
            return AnswerAsync(context, "application/octet-stream");
        });
        App.MapPost("/upload", UploadAsync);
        App.MapGet("/later", LaterAsync);
        App.MapGet("/exempt", context => AnswerAsync(context, "text/event-stream")).BypassBouncer();
        App.MapGet("/exempt{rest}", context => AnswerAsync(context, "text/event-stream")).BypassBouncer();
        App.MapGet("/mild", context => AnswerAsync(context, "text/event-stream")).RequireBouncer("mild");
        App.MapGet("/quick", () => "quick");
        await App.StartAsync();
        EndedCount = App.Services.Collect("bouncer.connections.ended");
    }

    private void Listen(ListenOptions listen, HttpProtocols protocols)
    {
        listen.Protocols = protocols;
        listen.Use(next => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        });
    }

    private Task NextBeatAsync(HttpContext context)
    {
        lock (_gate)
        {
            return _beat.Task.WaitAsync(context.RequestAborted);
        }
    }

    private async Task WatchAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception error) when (context.RequestAborted.IsCancellationRequested || error is IOException or OperationCanceledException)
        {
            // A read of the body may end before the token tells that the request was aborted.
            _aborted.AddOrUpdate(context.Connection.RemoteIpAddress!.ToString(), 1, static (_, count) => count + 1);
        }
    }

    private Task AnswerAsync(HttpContext context, string type) => WatchAsync(context, async () =>
    {
        context.Response.ContentType = type;
        while (true)
        {
            var next = NextBeatAsync(context);
            await context.Response.WriteAsync("tick\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await next;
        }
    });

    private Task LaterAsync(HttpContext context) => WatchAsync(context, async () =>
    {
        context.Response.ContentType = "text/event-stream";
        _received.AddOrUpdate(context.Connection.RemoteIpAddress!.ToString(), 1, static (_, count) => count + 1);
        await NextBeatAsync(context);
        await context.Response.WriteAsync("tick\n");
    });

    private Task UploadAsync(HttpContext context) => WatchAsync(context, async () =>
    {
        var buffer = new byte[1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            _received.AddOrUpdate(context.Connection.RemoteIpAddress!.ToString(), read, (_, count) => count + read);
        }
    });

    private Task WebSocketAsync(HttpContext context) => WatchAsync(context, async () =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        while (true)
        {
            var next = NextBeatAsync(context);
            await socket.SendAsync(Encoding.ASCII.GetBytes("tick\n"), WebSocketMessageType.Text, true, context.RequestAborted);
            await next;
        }
    });
}
