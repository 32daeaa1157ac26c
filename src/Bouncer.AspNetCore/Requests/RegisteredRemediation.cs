namespace Bouncer.AspNetCore.Requests;

/// <summary>A remediation and the handler that applies it.</summary>
internal sealed record RegisteredRemediation(Remediation Remediation, IRemediationHandler Handler)
{
    internal bool IsChallenge => Handler is IChallengeHandler;

    internal bool IsBan => Remediation == Remediation.Ban;
}
