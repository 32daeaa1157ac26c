using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer;

/// <summary>The address and credentials of CrowdSec's Local API; section <c>Bouncer:Lapi</c>.</summary>
public sealed class LapiOptions
{
    /// <summary>The URL of LAPI, such as <c>http://127.0.0.1:8080/</c>, or <c>unix:///run/crowdsec/lapi.sock</c> for a Unix socket.
    /// Required, except with <see cref="BouncerMode.Off"/>: then only usage metrics are sent there.</summary>
    public Uri? Url { get; set; }

    /// <summary>The bouncer's key, from <c>cscli bouncers add NAME</c>. Set this or <see cref="ApiKeyFile"/>, not both. Not needed
    /// with <see cref="CrowdSecTlsOptions.CertificateFile"/>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file whose first line is the key. It is read for each call, so a changed key needs no restart.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>TLS: client certificate, trusted authorities, pins.</summary>
    public CrowdSecTlsOptions Tls { get; set; } = new();

    /// <summary>The URL of a proxy on the way to LAPI (<c>http</c>, <c>https</c>, <c>socks4</c>, <c>socks4a</c> or <c>socks5</c>), with
    /// its user name and password if it wants them; or <c>none</c>. It is then also used for a LAPI on this machine, but never for a
    /// Unix socket.</summary>
    /// <value>When null: the machine's proxy, which on Linux the environment names (<c>HTTPS_PROXY</c> and others); none for a LAPI on
    /// this machine.</value>
    public string? Proxy { get; set; }

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
