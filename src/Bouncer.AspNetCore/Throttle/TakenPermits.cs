using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>The permits that one request has taken. It may be checked again, by a second bouncer once its user is known, or when
/// the pipeline runs again for an error page, but it is still one request.</summary>
internal sealed class TakenPermits
{
    private readonly List<Permit> _permits = [];

    private TakenPermits()
    {
    }

    /// <summary>Whether the request has a permit already.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limiter">The application's own limiter; null for the built-in one.</param>
    /// <param name="policy">The policy under which it was taken.</param>
    /// <param name="key">The client's key.</param>
    /// <param name="standing">The client's standing at that time.</param>
    internal static bool Has(HttpContext context, object? limiter, string policy, ulong key, out RateStanding standing)
    {
        foreach (var permit in context.Features.Get<TakenPermits>()?._permits ?? [])
        {
            if (permit.Limiter == limiter && permit.Policy == policy && permit.Key == key)
            {
                standing = permit.Standing;
                return true;
            }
        }

        standing = default;
        return false;
    }

    /// <summary>Remembers a permit.</summary>
    /// <param name="context">As for <see cref="Has"/>.</param>
    /// <param name="limiter">As for Has.</param>
    /// <param name="policy">As for Has.</param>
    /// <param name="key">As for Has.</param>
    /// <param name="standing">As for Has.</param>
    internal static void Add(HttpContext context, object? limiter, string policy, ulong key, RateStanding standing)
    {
        if (context.Features.Get<TakenPermits>() is not { } taken)
        {
            taken = new TakenPermits();
            context.Features.Set(taken);
        }

        taken._permits.Add(new Permit(limiter, policy, key, standing));
    }

    private readonly record struct Permit(object? Limiter, string Policy, ulong Key, RateStanding Standing);
}
