namespace Bouncer.AspNetCore.Telemetry;

/// <summary>What is told apart of requests with a remediation. Each has few values.</summary>
/// <param name="Remediation">The remediation.</param>
/// <param name="Origin">The origin of the decision, <c>appsec</c> or <c>none</c>.</param>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Outcome">One of <see cref="Telemetry.Outcome"/>.</param>
/// <param name="IsDropped">Whether a decision or AppSec kept the request from the application.</param>
/// <param name="Family">The family of the client's address.</param>
internal readonly record struct RemediationKey(string Remediation, string Origin, string Policy, string Outcome, bool IsDropped, ClientFamily Family);
