namespace Bouncer.Yarp;

/// <summary>How the bouncer and a YARP proxy work together.</summary>
public sealed class YarpBouncerOptions
{
    /// <summary>The request header that tells the upstream what the bouncer made of the client. What a client sends under
    /// this name is always removed, whatever its case and also with <c>_</c> for <c>-</c>.</summary>
    /// <value>The default is <c>X-Bouncer-Verdict</c>; a header name, no standard one of HTTP's own framing.</value>
    /// <remarks>Its value is <c>allow</c>, <c>allow; unavailable</c> (nothing was known about the client),
    /// <c>dry-run; ban</c> (would have been banned), <c>continue; tarpit</c> (remediated, and let through by the handler)
    /// or <c>bypass</c> (not checked). It holds nothing about the client or the decision.</remarks>
    public string VerdictHeaderName { get; set; } = "X-Bouncer-Verdict";
}
