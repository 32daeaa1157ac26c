namespace Bouncer;

/// <summary>One registration of a remediation and its strength; the last one for a name applies.</summary>
internal sealed record RemediationDefinition(Remediation Remediation, int Severity);
