using System.Globalization;
using System.Threading.RateLimiting;
using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>The throttle of one policy. Immutable.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Rate">The rate of a client.</param>
/// <param name="Limiter">The application's own limiter, which replaces the rate.</param>
internal sealed record PolicyThrottle(string Policy, Rate Rate, PartitionedRateLimiter<HttpContext>? Limiter)
{
    // Includes the rate: what a client owes under one rate means nothing under another.
    private readonly ulong _purpose = RateKey.Purpose($"throttle|{Rate}|{Policy}");

    /// <summary>The rate in the form of the header RateLimit-Policy.</summary>
    internal StringValues RateLimitPolicy { get; } = string.Create(
        CultureInfo.InvariantCulture, $"\"throttle\";q={Rate.PermitLimit};w={WholeSeconds.Of(Rate.Window)}");

    internal ulong KeyOf(ClientKey client) => RateKey.Of(_purpose, client);
}
