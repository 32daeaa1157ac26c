using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>How LAPI is queried in live mode; section <c>Bouncer:Live</c>. Takes effect at the next start.</summary>
public sealed class LiveOptions
{
    /// <summary>How long a request waits for LAPI's answer. Of an answer that is incomplete by then, the decisions read so far
    /// apply.</summary>
    /// <value>The default is 1 second; from 10 ms to 30 seconds.</value>
    [TimeRange("00:00:00.01", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is cached; a decision never beyond its end.</summary>
    /// <remarks>While LAPI cannot be queried, a known decision stays in effect until its end, for at most an hour.</remarks>
    /// <value>The default is 1 minute; from 0 (not cached) to 1 hour.</value>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan CacheDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The maximum number of addresses whose answers are cached.</summary>
    /// <value>The default is 100,000; from 1 to 10,000,000.</value>
    [Range(1, 10_000_000)]
    public int CacheSize { get; set; } = 100_000;

    /// <summary>The maximum number of concurrent queries. An address that would need one more is
    /// <see cref="VerdictSource.Unavailable"/> immediately, unless a decision on it is known.</summary>
    /// <remarks>Networks share them: a /64 (IPv6) or /24 (IPv4) gets at most a third, a /48 or /16 at most half, and less if more
    /// networks compete. The two queries for a client whose address contains an IPv4 address (<see cref="BouncerOptions.EmbeddedIPv4"/>)
    /// count as one.</remarks>
    /// <value>The default is 64; from 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxConcurrentQueries { get; set; } = 64;
}
