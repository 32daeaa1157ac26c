namespace Bouncer.AspNetCore.Enforcement;

/// <summary>What a policy makes of a verdict.</summary>
internal readonly record struct Ruling(BouncerVerdict Verdict, Remediation Remediation);
