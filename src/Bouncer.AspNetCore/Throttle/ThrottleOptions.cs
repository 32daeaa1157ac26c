using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>The rate limit of throttled clients; section <c>Bouncer:Http:Throttle</c>. A client is an IPv4 address or the /64 of an
/// IPv6 address; each policy counts separately.</summary>
public sealed class ThrottleOptions
{
    /// <summary>The number of requests that pass in each <see cref="Window"/>, evenly spread.</summary>
    /// <value>The default is 10; from 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int PermitLimit { get; set; } = 10;

    /// <summary>The time in which <see cref="PermitLimit"/> requests pass.</summary>
    /// <value>The default is 1 minute; from 1 second to 1 day.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The number of requests that pass at once after a time without any.</summary>
    /// <value>When null: <see cref="PermitLimit"/>. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int? Burst { get; set; }
}
