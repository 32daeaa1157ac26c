using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>The rate limit of throttled clients under one policy; section <c>Bouncer:Http:Policies:{name}:Throttle</c>.</summary>
public sealed class PolicyThrottleOptions
{
    /// <summary>The number of requests that pass in each <see cref="Window"/>, evenly spread.</summary>
    /// <value>When null: <see cref="ThrottleOptions.PermitLimit"/>. From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int? PermitLimit { get; set; }

    /// <summary>The time in which <see cref="PermitLimit"/> requests pass.</summary>
    /// <value>When null: <see cref="ThrottleOptions.Window"/>. From 1 second to 1 day.</value>
    [TimeRange("00:00:01", "1.00:00:00")]
    public TimeSpan? Window { get; set; }

    /// <summary>The number of requests that pass at once after a time without any.</summary>
    /// <value>When null: <see cref="ThrottleOptions.Burst"/> or, if that is null as well, the policy's <see cref="PermitLimit"/>.
    /// From 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int? Burst { get; set; }
}
