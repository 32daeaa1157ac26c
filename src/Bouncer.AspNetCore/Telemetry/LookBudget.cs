namespace Bouncer.AspNetCore.Telemetry;

/// <summary>Limits looks that cost something: the first thousand, then one a second.</summary>
/// <remarks>Hardly ever is anything written that several processors share: a counter of all requests would be the slowest part
/// of most.</remarks>
internal sealed class LookBudget
{
    private const int First = 1000;
    private const int LaterPause = 1000;

    private int _taken;
    private long _next;

    /// <summary>Whether a look is due. Several requests may be told so at once.</summary>
    internal bool IsDue => Volatile.Read(ref _taken) < First || Environment.TickCount64 >= Volatile.Read(ref _next);

    /// <summary>Takes note of a look.</summary>
    internal void Take()
    {
        if (Volatile.Read(ref _taken) < First)
        {
            Interlocked.Increment(ref _taken);
        }

        Volatile.Write(ref _next, Environment.TickCount64 + LaterPause);
    }
}
