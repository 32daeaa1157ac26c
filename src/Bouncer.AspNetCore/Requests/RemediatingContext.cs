using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>The data that <see cref="BouncerHttpOptions.OnRemediating"/> can inspect and change before a request is
/// remediated.</summary>
public sealed class RemediatingContext
{
    /// <summary>Describes a request about to be remediated.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="remediation">The remediation that is about to be applied.</param>
    /// <param name="verdict">The verdict on the client.</param>
    /// <param name="policyName">The policy that was applied; null for the default one.</param>
    public RemediatingContext(HttpContext httpContext, Remediation remediation, BouncerVerdict verdict, string? policyName)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpContext = httpContext;
        Remediation = remediation;
        Verdict = verdict;
        PolicyName = policyName;
    }

    /// <summary>The request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>The remediation that is about to be applied. May be set; <see cref="Remediation.None"/> lets the request
    /// pass.</summary>
    public Remediation Remediation { get; set; }

    /// <summary>The verdict on the client.</summary>
    public BouncerVerdict Verdict { get; }

    /// <summary>The policy that was applied; null for the default one.</summary>
    public string? PolicyName { get; }
}
