using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>How LAPI is asked in live mode; section <c>Bouncer:Live</c>. Takes effect at the next start.</summary>
public sealed class LiveOptions
{
    /// <summary>How long a request waits for LAPI's answer. Of an answer that has not ended by then the decisions count that it named
    /// so far.</summary>
    /// <value>The default is 1 second; from 10 ms to 30 seconds.</value>
    [TimeRange("00:00:00.01", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is kept; a decision never longer than it lives.</summary>
    /// <remarks>While LAPI cannot be asked again, a decision that is known stays in force up to its end, for an hour at most.</remarks>
    /// <value>The default is 1 minute; from 0 (not kept) to 1 hour.</value>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many addresses' answers are kept at most.</summary>
    /// <value>The default is 100,000; from 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int CacheSize { get; set; } = 100_000;

    /// <summary>How many queries may run at once; an address that would need one more counts as
    /// <see cref="VerdictSource.Unavailable"/> at once, unless a decision on it is known.</summary>
    /// <remarks>They are shared: a /64 (IPv6) or /24 (IPv4) gets a third of them at most, a /48 or /16 half, and less the more
    /// networks ask at once. The two questions about a client whose address holds an IPv4 address (<see cref="BouncerOptions.EmbeddedIPv4"/>)
    /// count as one.</remarks>
    /// <value>The default is 64; from 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentQueries { get; set; } = 64;
}
