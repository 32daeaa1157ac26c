using System.Globalization;
using System.Threading.RateLimiting;
using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>How one policy throttles. Immutable.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Rate">How often a client may come.</param>
/// <param name="Limiter">The application's own limiter, which takes the rate's place.</param>
internal sealed record PolicyThrottle(string Policy, Rate Rate, PartitionedRateLimiter<HttpContext>? Limiter)
{
    // The rate is part of it: what a client owes under one rate means nothing under another.
    private readonly ulong _purpose = RateKey.Purpose($"throttle|{Rate}|{Policy}");

    /// <summary>The rate as the field RateLimit-Policy tells it.</summary>
    internal StringValues RateLimitPolicy { get; } = string.Create(
        CultureInfo.InvariantCulture, $"\"throttle\";q={Rate.PermitLimit};w={WholeSeconds.Of(Rate.Window)}");

    internal ulong KeyOf(ClientKey client) => RateKey.Of(_purpose, client);
}
