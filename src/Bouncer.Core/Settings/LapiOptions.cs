using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>Where CrowdSec's Local API is and how to get in; section <c>Bouncer:Lapi</c>.</summary>
public sealed class LapiOptions
{
    /// <summary>The address of LAPI, as <c>http://127.0.0.1:8080/</c>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The bouncer's key, from <c>cscli bouncers add NAME</c>. Give this or <see cref="ApiKeyFile"/>, not both.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file whose first line is the key. It is read again for each pull, so a changed key needs no restart.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>How long LAPI may stay silent before a call is given up: connecting, before the answer (six times as long
    /// before a whole list), and between parts of it; less than 1 KiB counts as silence.</summary>
    /// <value>The default is 10 seconds; from 100 ms to 5 minutes.</value>
    [TimeRange("00:00:00.1", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one pull may take altogether, a first one with its full list included.</summary>
    /// <value>The default is 2 minutes; from 1 second to 1 hour.</value>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan PullTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest answer that is read, in bytes; a larger one is refused whole. Of one on a single address (live mode) the
    /// decisions count that were read by then.</summary>
    /// <value>The default is 512 MiB (some 2.8 million decisions); from 1 KiB to 4 GiB.</value>
    [Range(1024d, 4d * 1024 * 1024 * 1024)]
    public long MaxResponseBytes { get; set; } = 512L * 1024 * 1024;
}
