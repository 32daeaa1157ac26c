using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Lets signed-in users who showed a second factor recently continue, and sends all others to where they can show it: a
/// step-up of the application's own session, not a separate login.</summary>
internal sealed class MfaHandler(
    ClearanceCookie clearance, StepUpChallenge challenge, TimeProvider time)
    : IChallengeHandler
{
    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var (http, mfa) = (context.HttpContext, context.Settings.Of<MfaSettings>());
        if (mfa.IsOpen(http.Request) || RequestKind.IsPreflight(http.Request))
        {
            return RemediationResult.Continue;
        }

        if (await SignedInUser.FindAsync(http, mfa.AuthenticateScheme) is not { } user)
        {
            return await RefuseAnonymousAsync(context, mfa);
        }

        var key = await SignedInSession.KeyOfAsync(http, mfa.AuthenticateScheme, user);
        if (clearance.Holds(context, ClearanceLevel.Mfa, key))
        {
            return RemediationResult.Cleared;
        }

        if (await SecondFactor.ShownAtAsync(http, user, mfa, time.GetUtcNow()) is { } shownAt)
        {
            clearance.Grant(context, ClearanceLevel.Mfa, shownAt, mfa.MaxAge, key);
            return RemediationResult.Cleared;
        }

        if (!challenge.IsNavigation(http))
        {
            await challenge.TellAsync(http, mfa);
            return RemediationResult.Handled;
        }

        if (!mfa.HasStepUp)
        {
            return await RefuseAnonymousAsync(context, mfa);
        }

        await StepUpChallenge.SendAsync(http, mfa, isSignedIn: true);
        return RemediationResult.Handled;
    }

    private async ValueTask<RemediationResult> RefuseAnonymousAsync(RemediationContext context, MfaSettings mfa)
    {
        var http = context.HttpContext;
        if (mfa.AnonymousFallback != AnonymousFallback.Challenge)
        {
            return await context.HandleAsAsync(mfa.AnonymousFallback == AnonymousFallback.Ban ? Remediation.Ban : Remediation.Captcha);
        }

        if (challenge.IsNavigation(http))
        {
            await StepUpChallenge.SendAsync(http, mfa, isSignedIn: false);
        }
        else
        {
            await challenge.TellAsync(http, mfa);
        }

        return RemediationResult.Handled;
    }
}
