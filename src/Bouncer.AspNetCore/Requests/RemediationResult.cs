namespace Bouncer.AspNetCore;

/// <summary>The result of a remediation.</summary>
public enum RemediationResult
{
    /// <summary>The response is complete; the application does not see the request.</summary>
    Handled = 0,

    /// <summary>The remediation does not refuse this request. The next weaker decision on the client is applied; if there is
    /// none, the request continues to the application, whose feature then has this remediation.</summary>
    Continue,

    /// <summary>The client has already done what the remediation requires. As <see cref="Continue"/>, but the application does
    /// not get this remediation if a weaker one is applied.</summary>
    Cleared,
}
