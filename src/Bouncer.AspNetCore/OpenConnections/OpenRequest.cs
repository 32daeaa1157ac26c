using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>A reusable place for one request that is being answered. The request's own thread opens and closes it; the sweep, on
/// another thread, may end the request in between.</summary>
/// <remarks>Servers reuse a context as soon as its request is over, so ending the wrong one must be impossible: the state and the
/// number of the use are one word, and the sweep ends only the use that it checked. A request that completes while it is being
/// ended waits until that is done.</remarks>
internal sealed class OpenRequest(OpenRequests owner, int index, int list)
{
    private const long Idle = 0;
    private const long Open = 1;
    private const long Ending = 2;
    private const long Ended = 3;
    private const long StateMask = 3;
    private const long NextUse = 4;

    private static readonly Func<object, Task> CloseCallback = static request => ((OpenRequest)request).CloseAsync();

    private long _word;
    private HttpContext? _context;
    private IHttpRequestLifetimeFeature? _lifetime;

    internal int Index => index;

    /// <summary>The list of idle places to which this one belongs.</summary>
    internal int List => list;

    /// <summary>The next idle place; managed by the owner.</summary>
    internal int NextIdle { get; set; }

    /// <summary>The data by which the request's client is checked.</summary>
    internal OpenClient Client { get; private set; }

    /// <summary>Holds a request until it is over.</summary>
    internal void Begin(HttpContext context, IHttpResponseFeature response, in OpenClient client)
    {
        _context = context;
        _lifetime = context.Features[typeof(IHttpRequestLifetimeFeature)] as IHttpRequestLifetimeFeature;
        Client = client;
        response.OnCompleted(CloseCallback, this);
        Volatile.Write(ref _word, _word + Open);
    }

    /// <summary>Reads the client that is being answered.</summary>
    /// <param name="client">The client.</param>
    /// <param name="use">The value that <see cref="TryEnd"/> needs to end this request and no later one.</param>
    internal bool TryRead(out OpenClient client, out long use)
    {
        use = Volatile.Read(ref _word);
        client = Client;

        // What was read belongs to this use only if the use has not changed meanwhile.
        Interlocked.MemoryBarrier();
        return (use & StateMask) == Open && Volatile.Read(ref _word) == use;
    }

    /// <summary>Ends the request, unless it is over.</summary>
    /// <returns>The kind of the connection; null if the request was over.</returns>
    internal string? TryEnd(long use)
    {
        if (Interlocked.CompareExchange(ref _word, use - Open + Ending, use) != use)
        {
            return null;
        }

        try
        {
            return ConnectionKind.Of(_context!);
        }
        finally
        {
            _lifetime?.Abort();
            Volatile.Write(ref _word, use - Open + Ended);
        }
    }

    private Task CloseAsync()
    {
        var use = Volatile.Read(ref _word) & ~StateMask;
        if (Interlocked.CompareExchange(ref _word, use + Ended, use + Open) is var found && found == use + Ending)
        {
            return WaitAndCloseAsync();
        }

        Close();
        return Task.CompletedTask;
    }

    private async Task WaitAndCloseAsync()
    {
        while ((Volatile.Read(ref _word) & StateMask) == Ending)
        {
            await Task.Yield();
        }

        Close();
    }

    private void Close()
    {
        _context = null;
        _lifetime = null;
        Client = default;
        Volatile.Write(ref _word, (_word & ~StateMask) + NextUse);
        owner.Return(this);
    }
}
