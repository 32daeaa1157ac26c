namespace Bouncer.AspNetCore;

/// <summary>What a remediation came to.</summary>
public enum RemediationResult
{
    /// <summary>The response is done; the application does not see the request.</summary>
    Handled = 0,

    /// <summary>The remediation does not refuse this request. The next weaker decision on the client is applied; if there is
    /// none, the request goes on to the application, which is told of this one.</summary>
    Continue,

    /// <summary>The client had already done what the remediation asks for. As <see cref="Continue"/>, but the application is not
    /// told of this remediation if a weaker one is applied.</summary>
    Cleared,
}
