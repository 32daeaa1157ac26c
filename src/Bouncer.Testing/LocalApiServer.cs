using Bouncer.Testing.Api;
using Bouncer.Testing.Decisions;
using Bouncer.Testing.Faults;
using Bouncer.Testing.Management;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;

namespace Bouncer.Testing;

/// <summary> A Local API on its own Kestrel server, for development and tests. Not for production: it keeps everything in memory
/// and protects only its keys. Thread-safe, except for stopping and starting. </summary>
public sealed class LocalApiServer : IAsyncDisposable
{
    private readonly LocalApiState _state;
    private readonly string _urls;
    private WebApplication? _app;

    private LocalApiServer(LocalApiOptions options, string apiKey)
    {
        _state = new LocalApiState(options);
        _urls = options.Urls;
        ApiKey = _state.Bouncers.Add("development", apiKey.Length == 0 ? null : apiKey);
        Url = new Uri("http://127.0.0.1/");
    }

    /// <summary>The URL on which it listens; the same after a stop and a start.</summary>
    public Uri Url { get; private set; }

    /// <summary>The key of the bouncer named <c>development</c>.</summary>
    public string ApiKey { get; }

    /// <summary>The decisions served.</summary>
    public DecisionDatabase Database => _state.Database;

    /// <summary>The bouncers and their keys.</summary>
    public BouncerRegistry Bouncers => _state.Bouncers;

    /// <summary>The planned faults.</summary>
    public FaultPlan Faults => _state.Faults;

    /// <summary>The last 1,000 requests, oldest first, without management calls.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => _state.Requests.Snapshot();

    /// <summary>Starts a server.</summary>
    /// <param name="options">The options; null for the defaults: newest dialect, random key, free port.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<LocalApiServer> StartAsync(LocalApiOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalApiOptions();
        var server = new LocalApiServer(options, options.ApiKey);
        await server.ListenAsync(server._urls, cancellationToken);
        return server;
    }

    /// <summary>Stops answering: connections are refused. Decisions, bouncers and faults are kept.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await app.StopAsync(atOnce.Token);
            await app.DisposeAsync();
        }
    }

    /// <summary>Answers again, on the same port, after <see cref="StopAsync"/>.</summary>
    public Task StartAgainAsync() =>
        _app is null ? ListenAsync(Url.GetLeftPart(UriPartial.Authority), CancellationToken.None) : Task.CompletedTask;

    /// <summary>Completes when the process receives a shutdown signal.</summary>
    public Task WaitForShutdownAsync() => _app?.WaitForShutdownAsync() ?? Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(string urls, CancellationToken cancellationToken)
    {
        // Empty arguments and no configuration of the host application's: this server must not take over its URLs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        var routes = new LocalApiRoutes(_state);
        var management = new ManagementRoutes(_state);
        var faults = new FaultInjector(_state.Time);
        app.Run(context => context.Request.Path.StartsWithSegments("/manage", StringComparison.Ordinal)
            ? management.HandleAsync(context)
            : AnswerAsync(context, routes, faults));
        await app.StartAsync(cancellationToken);
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _app = app;
    }

    private async Task AnswerAsync(HttpContext context, LocalApiRoutes routes, FaultInjector injector)
    {
        string? body = null;
        var fault = _state.Faults.Take(context.Request.Path.Value ?? "");
        try
        {
            async Task Answer() => body = await routes.HandleAsync(context, new DatabaseReads(fault, _state.Dialect));
            await (fault is null ? Answer() : injector.AnswerAsync(context, fault, Answer));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected.
        }
        finally
        {
            _state.Requests.Add(new ReceivedRequest(
                context.Request.Method,
                context.Request.Path.Value + context.Request.QueryString.Value,
                context.Request.Headers.UserAgent.ToString(),
                context.Response.StatusCode,
                body));
        }
    }
}
