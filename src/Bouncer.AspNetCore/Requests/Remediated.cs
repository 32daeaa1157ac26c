using System.Net;

namespace Bouncer.AspNetCore;

/// <summary>What was done to the client of a request.</summary>
/// <param name="Client">The client's address; null if it could not be determined.</param>
/// <param name="Remediation">The remediation.</param>
/// <param name="Outcome">What came of it, as in the tag <c>bouncer.outcome</c> of the instruments.</param>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Decision">The decision; null if there was none.</param>
/// <param name="Reference">The reference that the client sees if it is refused.</param>
public readonly record struct Remediated(IPAddress? Client, Remediation Remediation, string Outcome, string Policy, Decision? Decision, string Reference);
