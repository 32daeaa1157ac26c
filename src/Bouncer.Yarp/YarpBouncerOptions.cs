namespace Bouncer.Yarp;

/// <summary>Options for the bouncer in a YARP proxy.</summary>
public sealed class YarpBouncerOptions
{
    /// <summary>The request header that tells the upstream the bouncer's verdict on the client. A header with this name from a
    /// client is always removed, in any case and with <c>_</c> in place of <c>-</c>.</summary>
    /// <value>The default is <c>X-Bouncer-Verdict</c>; a header name, but not one that HTTP uses to frame or route
    /// messages.</value>
    /// <remarks>Its value is <c>allow</c>, <c>allow; unavailable</c> (nothing was known about the client), <c>dry-run; ban</c>
    /// (would have been banned), <c>continue; tarpit</c> (let through by the handler of the remediation) or <c>bypass</c> (not
    /// checked). It contains no data about the client or the decision.</remarks>
    public string VerdictHeaderName { get; set; } = "X-Bouncer-Verdict";
}
