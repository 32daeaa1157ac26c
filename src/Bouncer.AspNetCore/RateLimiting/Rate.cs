namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>A rate: <paramref name="PermitLimit"/> permits in each <paramref name="Window"/> on average, and
/// <paramref name="Burst"/> at once.</summary>
internal sealed record Rate(int PermitLimit, TimeSpan Window, int Burst)
{
    /// <summary>The ticks that one permit takes; rounded up, so that the limit is never exceeded.</summary>
    internal long Interval { get; } = ((Window.Ticks - 1) / PermitLimit) + 1;

    /// <summary>How many ticks ahead of its time a client may be.</summary>
    internal long Tolerance { get; } = (((Window.Ticks - 1) / PermitLimit) + 1) * Burst;
}
