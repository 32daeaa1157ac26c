using Bouncer.AspNetCore.Policies;


namespace Bouncer.AspNetCore.Requests;

/// <summary>What a policy makes of a verdict.</summary>
internal readonly record struct PolicyOutcome(BouncerPolicy Policy, BouncerVerdict Verdict, Remediation Remediation);
