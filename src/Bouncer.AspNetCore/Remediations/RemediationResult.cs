namespace Bouncer.AspNetCore;

/// <summary>What a remediation came to.</summary>
public enum RemediationResult
{
    /// <summary>The response is done; the application does not see the request.</summary>
    Handled = 0,

    /// <summary>The request goes on to the application.</summary>
    Continue,

    /// <summary>The client had already done what the remediation asks for, so the request goes on to the application.</summary>
    Cleared,
}
