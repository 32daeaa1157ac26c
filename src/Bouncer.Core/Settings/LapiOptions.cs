using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>The address and credentials of CrowdSec's Local API, and of others that take its place; section
/// <c>Bouncer:Lapi</c>.</summary>
public sealed class LapiOptions : LapiServerOptions
{
    /// <summary>The LAPIs that take the place of this one while it fails, in order of preference. Each should have the same decisions.
    /// After each change the whole list is pulled; until it has arrived, all decisions held stay in effect.</summary>
    /// <value>When null or empty: none.</value>
    public IList<LapiServerOptions>? Fallbacks { get; set; }

    /// <summary>How long the LAPI in use must have failed without an answer until the next one is tried. At the start, until one has
    /// answered, the next one is tried after each failure.</summary>
    /// <value>The default is 30 seconds; from 0 to 1 hour.</value>
    [TimeRange("00:00:00", "01:00:00")]
    public TimeSpan FailoverAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a LAPI that comes earlier in the order must have accepted the bouncer's credentials again until it is used again.
    /// It is asked every 10 seconds, but not more often than decisions are pulled.</summary>
    /// <value>The default is 5 minutes; from 0 to 1 day. With 0, the LAPI in use is kept as long as it answers.</value>
    [TimeRange("00:00:00", "1.00:00:00")]
    public TimeSpan ReturnAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call waits for LAPI: to connect, for the beginning of the answer (six times as long for a whole list),
    /// and between parts of the answer. Less than 1 KiB in that time counts as no answer.</summary>
    /// <value>The default is 10 seconds; from 100 ms to 5 minutes.</value>
    [TimeRange("00:00:00.1", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one pull may take in total, including a whole list.</summary>
    /// <value>The default is 2 minutes; from 1 second to 1 hour.</value>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan PullTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest answer that is read, in bytes; a larger one is refused as a whole. Of a larger answer for a single address
    /// (live mode), the decisions read up to there apply.</summary>
    /// <value>The default is 512 MiB (some 2.8 million decisions); from 1 KiB to 4 GiB.</value>
    [Range(1024d, 4d * 1024 * 1024 * 1024)]
    public long MaxResponseBytes { get; set; } = 512L * 1024 * 1024;
}
