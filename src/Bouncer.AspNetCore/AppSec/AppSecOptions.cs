using System.ComponentModel.DataAnnotations;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore;

/// <summary>Inspection of requests by CrowdSec's web application firewall, AppSec; section <c>Bouncer:Http:AppSec</c>.</summary>
/// <remarks>The client's address, and the request with its headers and body, are sent to <see cref="Url"/>. Clients that are refused
/// because of a decision, clients in trusted networks and endpoints that bypass the bouncer are not inspected.</remarks>
public sealed class AppSecOptions
{
    /// <summary>The URL of AppSec, such as <c>http://127.0.0.1:7422/</c>, or <c>unix:///run/crowdsec/appsec.sock</c> for a Unix
    /// socket.</summary>
    /// <value>When null: no request is inspected.</value>
    public Uri? Url { get; set; }

    /// <summary>Whether requests are inspected under policies that do not set <see cref="BouncerPolicyOptions.AppSec"/>.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The bouncer's key for AppSec. Set this or <see cref="ApiKeyFile"/>, not both.</summary>
    /// <value>When both are null: the key for LAPI, which AppSec accepts.</value>
    public string? ApiKey { get; set; }

    /// <summary>A file whose first line is the key. A changed key is used within ten seconds.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>TLS: trusted authorities, pins. AppSec itself asks for no client certificate.</summary>
    public CrowdSecTlsOptions Tls { get; set; } = new();

    /// <summary>How long a request waits for AppSec's answer, after its body was read.</summary>
    /// <value>The default is 2 seconds; from 50 ms to 1 minute.</value>
    [TimeRange("00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The remediation of a request that AppSec does not answer for: it is down, slow, refuses the key or answers nonsense.
    /// <c>none</c> lets the request pass, <c>ban</c> refuses it. See also <see cref="WhenTooSlow"/>.</summary>
    /// <value>The default is <c>none</c>.</value>
    public string WhenUnavailable { get; set; } = "none";

    /// <summary>The remediation of a request with a body that AppSec does not answer for within <see cref="Timeout"/>, and of the next
    /// requests with a body of the same client, while AppSec is busy with it and for ten times as long. <c>none</c> lets them pass
    /// uninspected, <c>ban</c> refuses them: the first with the status of a ban, the next with 429.</summary>
    /// <value>The default is <c>ban</c>: a client can write a body that takes AppSec long.</value>
    public string WhenTooSlow { get; set; } = "ban";

    /// <summary>The number of requests with a body of one client, an IPv4 address or the /64 of an IPv6 address, that AppSec inspects at
    /// a time. Further ones wait, up to <see cref="Timeout"/>; then they get <see cref="WhenTooSlow"/>, with status 429.</summary>
    /// <value>The default is 2, as AppSec inspects one request at a time by default; from 1 to 1,000.</value>
    [Range(1, 1000)]
    public int MaxConcurrentBodiesPerClient { get; set; } = 2;

    /// <summary>The largest part of a body that is held in memory and inspected, in bytes. 0 inspects no body.</summary>
    /// <value>The default is 10 MiB, as much as AppSec itself reads; at most 100 MiB.</value>
    [Range(0, 100 * 1024 * 1024)]
    public int MaxBodySize { get; set; } = 10 * 1024 * 1024;

    /// <summary>How a request is treated whose body is larger than <see cref="MaxBodySize"/>, or for which there is no room in
    /// <see cref="MaxBufferedBytes"/>.</summary>
    /// <value>The default is <see cref="AppSecBodyAction.Partial"/>.</value>
    public AppSecBodyAction LargeBody { get; set; } = AppSecBodyAction.Partial;

    /// <summary>How a request is treated whose body stops arriving for <see cref="BodyTimeout"/>. Calls that stream in both directions
    /// (gRPC) do that on purpose: give their endpoints a policy without AppSec, or use another action.</summary>
    /// <value>The default is <see cref="AppSecBodyAction.Block"/>: a client could otherwise send the rest uninspected.</value>
    public AppSecBodyAction StalledBody { get; set; } = AppSecBodyAction.Block;

    /// <summary>How a request is treated whose body AppSec cannot read, because it is compressed (<c>Content-Encoding</c>) or its text
    /// is in a character set such as UTF-16. With <see cref="AppSecBodyAction.Partial"/> AppSec gets the body as it is.</summary>
    /// <value>The default is <see cref="AppSecBodyAction.Block"/>, with status 415: a client could otherwise choose a form in which no
    /// rule matches.</value>
    public AppSecBodyAction UnreadableBody { get; set; } = AppSecBodyAction.Block;

    /// <summary>How long the next part of a body may take. A slow upload that keeps arriving is not cut off.</summary>
    /// <value>The default is 15 seconds; from 1 second to 5 minutes.</value>
    [TimeRange("00:00:01", "00:05:00")]
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The memory for the bodies of all requests that are being inspected, in bytes, apart from the first 64 KiB of each.</summary>
    /// <value>The default is 256 MiB; from 1 MiB to 64 GiB.</value>
    [Range(1024d * 1024, 64d * 1024 * 1024 * 1024)]
    public long MaxBufferedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Whether requests that a decision refuses are inspected too, so that CrowdSec sees what banned clients send. The response
    /// remains that of the decision.</summary>
    /// <value>The default is false.</value>
    public bool InspectRefused { get; set; }
}
