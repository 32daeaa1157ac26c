using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>What <see cref="BouncerHttpOptions.OnRemediated"/> observes.</summary>
public readonly struct RemediatedContext
{
    /// <summary>Describes a request that was remediated.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="remediation">What was done.</param>
    /// <param name="verdict">The verdict on the client.</param>
    /// <param name="policyName">The policy applied; null for the default one.</param>
    /// <param name="result">What it came to.</param>
    public RemediatedContext(
        HttpContext httpContext, Remediation remediation, BouncerVerdict verdict, string? policyName, RemediationResult result)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpContext = httpContext;
        Remediation = remediation;
        Verdict = verdict;
        PolicyName = policyName;
        Result = result;
    }

    /// <summary>The request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>What was done.</summary>
    public Remediation Remediation { get; }

    /// <summary>The verdict on the client.</summary>
    public BouncerVerdict Verdict { get; }

    /// <summary>The policy applied; null for the default one.</summary>
    public string? PolicyName { get; }

    /// <summary>Whether the response is done or the request goes on.</summary>
    public RemediationResult Result { get; }
}
