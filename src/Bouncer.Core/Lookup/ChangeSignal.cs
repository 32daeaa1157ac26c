using Microsoft.Extensions.Primitives;

namespace Bouncer.Lookup;

/// <summary>Signals that the decisions held have changed. Costs nothing while no token has been handed out. Thread-safe.</summary>
internal sealed class ChangeSignal
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _next;

    internal IChangeToken Token
    {
        get
        {
            lock (_gate)
            {
                return new CancellationChangeToken((_next ??= new CancellationTokenSource()).Token);
            }
        }
    }

    /// <summary>Fires the tokens that were handed out. Their callbacks run on other threads: they delay nothing here, and their
    /// exceptions do not reach the caller.</summary>
    internal void Fire()
    {
        CancellationTokenSource? fired;
        lock (_gate)
        {
            fired = _next;
            _next = null;
        }

        _ = fired?.CancelAsync();
    }
}
