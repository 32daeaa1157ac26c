namespace Bouncer.AspNetCore.Telemetry;

/// <summary>Limits examinations that cost something: the first thousand, then one a second.</summary>
/// <remarks>Memory that processors share is rarely written: a counter of all requests would be the slowest part of
/// most.</remarks>
internal sealed class LookBudget
{
    private const int First = 1000;
    private const int LaterPause = 1000;

    private int _taken;
    private long _next;

    /// <summary>Whether an examination is due. Several concurrent requests may get true.</summary>
    internal bool IsDue => Volatile.Read(ref _taken) < First || Environment.TickCount64 >= Volatile.Read(ref _next);

    /// <summary>Records an examination.</summary>
    internal void Take()
    {
        if (Volatile.Read(ref _taken) < First)
        {
            Interlocked.Increment(ref _taken);
        }

        Volatile.Write(ref _next, Environment.TickCount64 + LaterPause);
    }
}
