namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>Times as header fields tell them: rounded up, so that nobody comes back too early.</summary>
internal static class WholeSeconds
{
    internal static long Of(TimeSpan time) => Math.Max(1, (time.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond);
}
