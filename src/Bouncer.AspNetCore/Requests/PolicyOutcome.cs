using Bouncer.AspNetCore.Policies;


namespace Bouncer.AspNetCore.Requests;

/// <summary>The result of applying a policy to a verdict.</summary>
internal readonly record struct PolicyOutcome(BouncerPolicy Policy, BouncerVerdict Verdict, Remediation Remediation);
