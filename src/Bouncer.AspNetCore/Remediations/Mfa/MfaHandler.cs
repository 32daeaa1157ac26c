using Bouncer.AspNetCore.Remediations.Clearance;
using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Remediations.Mfa;

/// <summary>Lets a signed-in user go on who showed a second factor of late, and sends everybody else to where it is shown: a
/// step up of the application's own session, not a login of ours.</summary>
internal sealed class MfaHandler(
    IMfaSettingsSource settings, ClearanceCookie clearance, StepUpChallenge challenge, IServiceProvider services, TimeProvider time)
    : IChallengeHandler
{
    // Later than the constructor: the registry makes the handlers.
    private readonly Lazy<RemediationRegistry> _registry = new(services.GetRequiredService<RemediationRegistry>);

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var (http, mfa) = (context.HttpContext, settings.Current);
        if (mfa.IsOpen(http.Request.Path) || RequestKind.IsPreflight(http.Request))
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
            return await PassOnAsync(context, mfa.AnonymousFallback == AnonymousFallback.Ban ? Remediation.Ban : Remediation.Captcha);
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

    /// <summary>Has another handler treat the request, never this one again: it may be the fallback of what has none.</summary>
    private ValueTask<RemediationResult> PassOnAsync(RemediationContext context, Remediation remediation)
    {
        var handler = _registry.Value.Find(remediation) is { } found && found != this ? found : _registry.Value.Find(Remediation.Ban)!;
        return handler.HandleAsync(new(context.HttpContext, remediation, context.Verdict, context.PolicyName, context.ClientAddress));
    }
}
