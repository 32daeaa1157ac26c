using Bouncer.AspNetCore.RateLimiting;


namespace Bouncer.AspNetCore.Tests.RateLimiting;

/// <summary>GCRA as its definition says, with an account for each client.</summary>
internal sealed class ReferenceRates(Rate rate)
{
    private readonly Dictionary<ulong, long> _arrivals = [];

    private long Interval => (rate.Window.Ticks + rate.PermitLimit - 1) / rate.PermitLimit;

    internal bool Allows(ulong key, TimeSpan now) => Arrival(key, now) + Interval - now.Ticks <= Interval * rate.Burst;

    internal void Take(ulong key, TimeSpan now) => _arrivals[key] = Arrival(key, now) + Interval;

    /// <summary>The permits left, counted one by one.</summary>
    internal int Remaining(ulong key, TimeSpan now)
    {
        var left = 0;
        for (var arrival = Arrival(key, now); arrival + Interval - now.Ticks <= Interval * rate.Burst; arrival += Interval)
        {
            left++;
        }

        return left;
    }

    private long Arrival(ulong key, TimeSpan now) => Math.Max(now.Ticks, _arrivals.GetValueOrDefault(key));
}
