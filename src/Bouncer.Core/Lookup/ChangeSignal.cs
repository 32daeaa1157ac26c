using Microsoft.Extensions.Primitives;

namespace Bouncer.Lookup;

/// <summary>Tells those who wait that the decisions held have changed. Without a token handed out it costs nothing. Safe for any
/// number of threads.</summary>
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

    /// <summary>Fires the tokens that were handed out. Their callbacks run on other threads: they hold nothing up, and what they
    /// throw is theirs.</summary>
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
