using Bouncer.Configuration;

namespace Bouncer;

/// <summary>The usage metrics that LAPI gets; section <c>Bouncer:UsageMetrics</c>.</summary>
/// <remarks>They are what <c>cscli metrics show bouncers</c> shows: how many requests or packets were processed and dropped, how many
/// decisions are held, and the operating system. They contain no address of a client. LAPI takes them since CrowdSec 1.6.3.</remarks>
public sealed class UsageMetricsOptions
{
    /// <summary>The time between two reports. What was counted last is also reported when the host stops.</summary>
    /// <value>The default is 15 minutes; 0 (nothing is sent), or from 1 minute to 1 day.</value>
    [TimeRange("00:00:00", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);
}
