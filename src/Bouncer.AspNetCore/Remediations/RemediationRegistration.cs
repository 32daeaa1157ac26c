namespace Bouncer.AspNetCore.Remediations;

/// <summary>One call of <c>AddRemediation</c>.</summary>
internal sealed record RemediationRegistration(Remediation Remediation, Func<IServiceProvider, IRemediationHandler> Create);
