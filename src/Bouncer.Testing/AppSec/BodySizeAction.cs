namespace Bouncer.Testing;

/// <summary>What AppSec does with a body that is larger than it reads, <c>body_size_exceeded_action</c> in CrowdSec.</summary>
public enum BodySizeAction
{
    /// <summary>Answers with a ban; no rule sees the request.</summary>
    Drop,

    /// <summary>Inspects the first <see cref="AppSecServerOptions.MaxBodySize"/> bytes.</summary>
    Partial,

    /// <summary>Inspects the request without its body.</summary>
    Allow,
}
