namespace Bouncer;

/// <summary>The address and credentials of one of CrowdSec's Local APIs.</summary>
public class LapiServerOptions
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
}
