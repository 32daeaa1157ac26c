using Bouncer.Testing.Api;
using Bouncer.Testing.Decisions;
using Bouncer.Testing.Faults;
using Bouncer.Testing.Hosting;
using Bouncer.Testing.Management;

namespace Bouncer.Testing;

/// <summary> A Local API on its own Kestrel server, for development and tests. Not for production: it keeps everything in memory
/// and protects only its keys. Thread-safe, except for stopping and starting. </summary>
public sealed class LocalApiServer : IAsyncDisposable
{
    private readonly LocalApiState _state;
    private readonly RestartableHost _host;
    private readonly LocalApiRoutes _routes;
    private readonly ManagementRoutes _management;
    private readonly FaultInjector _injector;

    private LocalApiServer(LocalApiOptions options)
    {
        _state = new LocalApiState(options);
        _host = new RestartableHost(HandleAsync);
        _routes = new LocalApiRoutes(_state);
        _management = new ManagementRoutes(_state);
        _injector = new FaultInjector(_state.Time, GoResponse.JsonType);
        ApiKey = _state.Bouncers.Add("development", options.ApiKey.Length == 0 ? null : options.ApiKey);
    }

    /// <summary>Where it listens; the same after a stop and a start.</summary>
    public Uri Url => _host.Url;

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
        var server = new LocalApiServer(options);
        await server._host.StartAsync(options.Urls, cancellationToken);
        return server;
    }

    /// <summary>Stops answering: connections are refused. Decisions, bouncers and faults are kept.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <summary>Answers again, on the same port, after <see cref="StopAsync"/>.</summary>
    public Task StartAgainAsync() => _host.StartAgainAsync();

    /// <summary>Ends when the process is asked to end.</summary>
    public Task WaitForShutdownAsync() => _host.WaitForShutdownAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    private Task HandleAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/manage", StringComparison.Ordinal) ? _management.HandleAsync(context) : AnswerAsync(context);

    private async Task AnswerAsync(HttpContext context)
    {
        string? body = null;
        var fault = _state.Faults.Take(context.Request.Path.Value ?? "");
        try
        {
            async Task Answer() => body = await _routes.HandleAsync(context, new DatabaseReads(fault, _state.Dialect));
            await (fault is null ? Answer() : _injector.AnswerAsync(context, fault, Answer));
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
