namespace Bouncer.Firewall.Tests;

internal static class Deadlines
{
    /// <summary>The timestamp of a moment to come.</summary>
    internal static long In(TimeSpan duration, TimeProvider time) =>
        time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
}
