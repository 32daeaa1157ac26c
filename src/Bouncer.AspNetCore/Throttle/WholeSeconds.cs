namespace Bouncer.AspNetCore.Throttle;

/// <summary>Converts times for header fields: rounded up, so that no client returns too early.</summary>
internal static class WholeSeconds
{
    internal static long Of(TimeSpan time) => Math.Max(1, (time.Ticks / TimeSpan.TicksPerSecond) + (time.Ticks % TimeSpan.TicksPerSecond > 0 ? 1 : 0));
}
