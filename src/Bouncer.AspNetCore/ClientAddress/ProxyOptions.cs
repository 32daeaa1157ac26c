using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>Which proxies are believed about their clients; section <c>Bouncer:Proxies</c>.</summary>
/// <remarks>With <see cref="Networks"/> set, the bouncer finds the client itself, before everything else with <c>AddBouncer</c>,
/// and the framework's ForwardedHeaders middleware applies nothing. A changed configuration takes effect at once; one that is
/// not valid is logged and the last good one stays.</remarks>
public sealed class ProxyOptions
{
    /// <summary>The proxies: addresses, networks like <c>10.0.0.0/8</c>, and the words <c>loopback</c> (127.0.0.0/8, ::1),
    /// <c>private</c> (RFC 1918, 4193 and 6598, and link-local) and <c>unix</c> (peers on a Unix socket).</summary>
    /// <value>When null, the registered <c>ForwardedHeadersOptions</c> name the trusted proxies. When empty, no proxy is trusted.</value>
    public IList<string>? Networks { get; set; }

    /// <summary>How many entries are used at most, 1 to 32.</summary>
    /// <value>When null: as many as believed proxies wrote.</value>
    [Range(1, 32)]
    public int? MaxHops { get; set; }

    /// <summary>The header that names the client. <c>X-Forwarded-For</c> and others that end with <c>Forwarded-For</c> are lists
    /// that each proxy adds to; any other, such as <c>CF-Connecting-IP</c>, holds one address.</summary>
    /// <value>The default is <c>X-Forwarded-For</c>.</value>
    public string Header { get; set; } = "X-Forwarded-For";

    /// <summary>Whether X-Forwarded-Host is used, too. Only for proxies that set or remove it: others pass on what a client
    /// wrote.</summary>
    /// <value>The default is false.</value>
    public bool ForwardHost { get; set; }

    /// <summary>The endpoints of Kestrel's configuration (<c>Kestrel:Endpoints</c>) whose connections begin with a header of the
    /// PROXY protocol, by their names. Takes effect at the next start. In code it is <c>ListenOptions.UseProxyProtocol()</c>.</summary>
    /// <value>When null or empty, none.</value>
    public IList<string>? ProxyProtocol { get; set; }
}
