using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>What an <see cref="IRemediationHandler"/> is told.</summary>
public readonly struct RemediationContext
{
    /// <summary>Describes a request to treat.</summary>
    /// <param name="httpContext">The request.</param>
    /// <param name="remediation">What is to be done.</param>
    /// <param name="verdict">The verdict on the client.</param>
    /// <param name="policyName">The policy applied; null for the default one.</param>
    public RemediationContext(HttpContext httpContext, Remediation remediation, BouncerVerdict verdict, string? policyName)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpContext = httpContext;
        Remediation = remediation;
        Verdict = verdict;
        PolicyName = policyName;
    }

    /// <summary>The request.</summary>
    public HttpContext HttpContext { get; }

    /// <summary>What is to be done: the verdict's remediation after the policy and <see cref="BouncerHttpOptions.OnRemediating"/>.
    /// A handler that stands in as the fallback sees the name it stands in for.</summary>
    public Remediation Remediation { get; }

    /// <summary>The verdict on the client.</summary>
    public BouncerVerdict Verdict { get; }

    /// <summary>The policy applied; null for the default one.</summary>
    public string? PolicyName { get; }

    /// <summary>Ends when the client is gone.</summary>
    public CancellationToken CancellationToken => HttpContext.RequestAborted;
}
