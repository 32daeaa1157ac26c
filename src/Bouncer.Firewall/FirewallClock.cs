namespace Bouncer.Firewall;

/// <summary>The monotonic clock that determines when blocks end; setting the wall clock does not affect it.</summary>
internal static class FirewallClock
{
    internal static TimeSpan Now(this TimeProvider time) => time.GetElapsedTime(0);

    /// <summary>The time of a timestamp on this clock.</summary>
    internal static TimeSpan At(this TimeProvider time, long timestamp) => time.GetElapsedTime(0, timestamp);
}
