using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.Benchmarks.Middleware;

/// <summary>A context that tells when its request is over, as Kestrel's does: by a stack of callbacks that is kept for the next
/// request.</summary>
internal sealed class ServedContext : HttpResponseFeature, IHttpRequestLifetimeFeature
{
    private readonly Stack<KeyValuePair<Func<object, Task>, object>> _completed = new();

    internal ServedContext()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        Http = new DefaultHttpContext(features);
    }

    internal HttpContext Http { get; }

    public CancellationToken RequestAborted { get; set; }

    public void Abort()
    {
        // There is no connection.
    }

    public override void OnCompleted(Func<object, Task> callback, object state) => _completed.Push(new(callback, state));

    internal Task EndAsync() => _completed.Count > 0 ? FireAsync() : Task.CompletedTask;

    private async Task FireAsync()
    {
        while (_completed.TryPop(out var entry))
        {
            await entry.Key(entry.Value);
        }
    }
}
