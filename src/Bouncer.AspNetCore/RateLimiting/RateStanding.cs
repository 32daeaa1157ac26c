namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>A client's standing after it requested a permit.</summary>
/// <param name="Remaining">The number of permits that are available at once.</param>
/// <param name="NextPermit">The time until there is one more.</param>
internal readonly record struct RateStanding(long Remaining, TimeSpan NextPermit);
