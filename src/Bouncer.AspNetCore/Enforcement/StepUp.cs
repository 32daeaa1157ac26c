using System.Security.Claims;
using Bouncer.AspNetCore.Remediations.Clearance;
using Bouncer.AspNetCore.Remediations.Mfa;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Enforcement;

internal sealed class StepUp(
    IBouncer bouncer, IClientAddressResolver addresses, IMfaSettingsSource settings, ClearanceCookie clearance, TimeProvider time) : IStepUp
{
    public void Grant(HttpContext context, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        var mfa = settings.Current;
        var remediation = new RemediationContext(context, Remediation.Mfa, VerdictOn(context, user, mfa), null, addresses.GetClientAddress(context));
        clearance.Grant(remediation, ClearanceLevel.Mfa, time.GetUtcNow(), mfa.MaxAge, SignedInUser.KeyOf(user));
    }

    /// <summary>The request's verdict, or that on a user who was signed in since it was given.</summary>
    private BouncerVerdict VerdictOn(HttpContext context, ClaimsPrincipal user, MfaSettings mfa)
    {
        var verdict = context.Features.Get<IBouncerFeature>()?.Verdict ?? default;
        return mfa.UserNameClaim is { } claim
            && user.FindFirst(claim)?.Value is { } name
            && bouncer.CheckAll(DecisionScope.Username, name) is [var onUser, ..]
            && bouncer.SeverityOf(onUser.Remediation) > bouncer.SeverityOf(verdict.Remediation) ? onUser : verdict;
    }
}
