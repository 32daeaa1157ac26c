using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>A context as a server has it: one for all requests of a connection, and told when each is over.</summary>
internal sealed class ServerContext : HttpResponseFeature, IHttpRequestLifetimeFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private volatile bool _isBanned;
    private volatile bool _isOver = true;
    private int _ended;
    private int _wronged;

    internal ServerContext()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        Http = new DefaultHttpContext(features);
    }

    internal HttpContext Http { get; }

    internal int Ended => _ended;

    /// <summary>How many requests were ended that were another client's, or over.</summary>
    internal int Wronged => _wronged;

    internal Action? OnAbort { get; init; }

    /// <summary>Called when somebody asks to be told of the request's end.</summary>
    internal Action? OnEntering { get; init; }

    public CancellationToken RequestAborted { get; set; }

    public override void OnCompleted(Func<object, Task> callback, object state)
    {
        OnEntering?.Invoke();
        _completed.Push((callback, state));
    }

    public void Abort()
    {
        var wasRight = _isBanned && !_isOver;
        OnAbort?.Invoke();
        Interlocked.Increment(ref wasRight && _isBanned && !_isOver ? ref _ended : ref _wronged);
    }

    internal void Begin(bool isBanned) => (_isBanned, _isOver) = (isBanned, false);

    // Not async: a debug build makes an object of the state of every async method.
    internal Task EndAsync()
    {
        while (_completed.TryPop(out var entry))
        {
            var done = entry.Callback(entry.State);
            if (!done.IsCompletedSuccessfully)
            {
                return EndAsync(done);
            }
        }

        _isOver = true;
        return Task.CompletedTask;
    }

    private async Task EndAsync(Task done)
    {
        await done;
        await EndAsync();
    }
}
