namespace Bouncer.Firewall;

/// <summary>The monotonic clock that blocks end by: setting the wall clock moves none of them.</summary>
internal static class FirewallClock
{
    internal static TimeSpan Now(this TimeProvider time) => time.GetElapsedTime(0);

    /// <summary>The moment of a timestamp.</summary>
    internal static TimeSpan At(this TimeProvider time, long timestamp) => time.GetElapsedTime(0, timestamp);
}
