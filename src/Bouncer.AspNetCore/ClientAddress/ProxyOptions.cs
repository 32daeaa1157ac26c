using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>The proxies that are trusted to name their clients; section <c>Bouncer:Proxies</c>.</summary>
/// <remarks>If <see cref="Networks"/> is set, the bouncer finds the client itself, before all other middleware with
/// <c>AddBouncer</c>, and the framework's ForwardedHeaders middleware does nothing. A changed configuration takes effect
/// immediately. An invalid one is logged, and the last valid settings stay in effect.</remarks>
public sealed class ProxyOptions
{
    /// <summary>The trusted proxies: addresses, networks such as <c>10.0.0.0/8</c>, and the words <c>loopback</c> (127.0.0.0/8,
    /// ::1), <c>private</c> (RFC 1918, 4193 and 6598, and link-local) and <c>unix</c> (peers on a Unix socket).</summary>
    /// <value>When null: those of the registered <c>ForwardedHeadersOptions</c>. When empty: no proxy is trusted.</value>
    public IList<string>? Networks { get; set; }

    /// <summary>The maximum number of entries that are used.</summary>
    /// <value>When null: all that trusted proxies wrote. From 1 to 32.</value>
    [Range(1, 32)]
    public int? MaxHops { get; set; }

    /// <summary>The header that names the client. <c>X-Forwarded-For</c> and others that end with <c>Forwarded-For</c> are lists to
    /// which each proxy adds an entry; any other, such as <c>CF-Connecting-IP</c>, contains one address.</summary>
    /// <value>The default is <c>X-Forwarded-For</c>.</value>
    public string Header { get; set; } = "X-Forwarded-For";

    /// <summary>Whether X-Forwarded-Host is used as well. Turn it on only if every proxy sets or removes the header: others pass on
    /// what a client wrote.</summary>
    /// <value>The default is false.</value>
    public bool ForwardHost { get; set; }

    /// <summary>The endpoints of Kestrel's configuration (<c>Kestrel:Endpoints</c>) whose connections begin with a header of the
    /// PROXY protocol, by name. Takes effect at the next start. In code, use <c>ListenOptions.UseProxyProtocol()</c>.</summary>
    /// <value>When null or empty: none.</value>
    public IList<string>? ProxyProtocol { get; set; }
}
