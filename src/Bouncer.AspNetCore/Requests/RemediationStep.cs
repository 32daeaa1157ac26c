namespace Bouncer.AspNetCore.Requests;

/// <summary>The result of running one remediation.</summary>
/// <param name="Result">The result.</param>
/// <param name="Remediation">The remediation, as <see cref="BouncerHttpOptions.OnRemediating"/> left it.</param>
/// <param name="IsDeferred">Whether it is a challenge that is left to the requested endpoint of the bouncer.</param>
internal readonly record struct RemediationStep(RemediationResult Result, Remediation Remediation, bool IsDeferred = false)
{
    internal bool IsHandled => Result == RemediationResult.Handled;

    /// <summary>The outcome for the application if the request continues although the client has not done what was required;
    /// otherwise null.</summary>
    internal PolicyOutcome? UnmetOutcome(in PolicyOutcome outcome) =>
        Result == RemediationResult.Continue && !Remediation.IsNone ? outcome with { Remediation = Remediation } : null;
}
