namespace Bouncer.Sync;

/// <summary>Measures how long LAPI has been failing, and decides when to log it again. Thread-safe.</summary>
internal sealed class OutageWatch(TimeProvider time)
{
    /// <summary>The time between two log lines about one outage.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private long _began;
    private long _told;

    /// <summary>The duration of the outage in whole seconds; zero if there is none.</summary>
    internal TimeSpan Length => Volatile.Read(ref _began) is var began && began != 0 ? InSeconds(time.GetElapsedTime(began)) : TimeSpan.Zero;

    internal static TimeSpan InSeconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));

    /// <summary>Records a failure.</summary>
    /// <returns>Whether the outage is to be logged again. The caller logs how it begins.</returns>
    internal bool Fail()
    {
        var now = long.Max(1, time.GetTimestamp());
        if (Volatile.Read(ref _began) == 0)
        {
            Volatile.Write(ref _told, now);
            Interlocked.CompareExchange(ref _began, now, 0);
            return false;
        }

        var told = Volatile.Read(ref _told);
        return time.GetElapsedTime(told, now) >= Pause && Interlocked.CompareExchange(ref _told, now, told) == told;
    }

    internal void End() => Volatile.Write(ref _began, 0);
}
