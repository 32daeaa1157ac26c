namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>How often something may happen: steadily <paramref name="PermitLimit"/> times in each <paramref name="Window"/>, and
/// <paramref name="Burst"/> times at once.</summary>
internal sealed record Rate(int PermitLimit, TimeSpan Window, int Burst)
{
    /// <summary>The ticks that one permit takes; rounded up, so that never more are given.</summary>
    internal long Interval { get; } = ((Window.Ticks - 1) / PermitLimit) + 1;

    /// <summary>How many ticks ahead of its time a client may be.</summary>
    internal long Tolerance { get; } = (((Window.Ticks - 1) / PermitLimit) + 1) * Burst;
}
