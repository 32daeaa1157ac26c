namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Where a client stands after it asked for a permit.</summary>
/// <param name="Remaining">The permits it could have at once.</param>
/// <param name="NextPermit">The time until there is one more.</param>
internal readonly record struct RateStanding(long Remaining, TimeSpan NextPermit);
