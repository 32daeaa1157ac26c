namespace Bouncer.AspNetCore.Requests;

/// <summary>The result of running one remediation.</summary>
/// <param name="Result">The result.</param>
/// <param name="Remediation">The remediation, as <see cref="BouncerHttpOptions.OnRemediating"/> left it.</param>
/// <param name="IsDeferred">Whether it is a challenge that the requested endpoint of the bouncer is for.</param>
internal readonly record struct RemediationStep(RemediationResult Result, Remediation Remediation, bool IsDeferred = false)
{
    internal bool IsHandled => Result == RemediationResult.Handled;

    /// <summary>What the application is told if the request goes on although the client has not done what was asked; else null.</summary>
    internal PolicyOutcome? UnmetOutcome(in PolicyOutcome outcome) =>
        Result == RemediationResult.Continue && !Remediation.IsNone ? outcome with { Remediation = Remediation } : null;
}
