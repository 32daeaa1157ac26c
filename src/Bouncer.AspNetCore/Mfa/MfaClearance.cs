using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

internal sealed class MfaClearance(
    IBouncer bouncer, IClientAddressResolver addresses, HttpSettingsProvider settings, ClearanceCookie clearance, TimeProvider time, EmbeddedIPv4? embedded = null)
    : IMfaClearance
{
    public async ValueTask GrantAsync(HttpContext context, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        var mfa = settings.Current.Of<MfaSettings>();
        var address = addresses.GetClientAddress(context);
        var client = embedded is null ? address : embedded.Unwrap(address);
        var session = await SignedInSession.KeyOfAsync(context, mfa.AuthenticateScheme, user);
        clearance.Grant(new(context, Remediation.Mfa, await VerdictOnAsync(context, address, user, mfa), null, client), ClearanceLevel.Mfa, time.GetUtcNow(), mfa.MaxAge, session);
    }

    public async ValueTask RevokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var scheme = settings.Current.Of<MfaSettings>().AuthenticateScheme;
        var user = await SignedInUser.FindAsync(context, scheme);
        clearance.Revoke(context, ClearanceLevel.Mfa, user is null ? null : await SignedInSession.KeyOfAsync(context, scheme, user));
    }

    /// <summary>The request's verdict, or a new one if its endpoint is exempt, or on a user who was signed in after it was
    /// given.</summary>
    private async ValueTask<BouncerVerdict> VerdictOnAsync(HttpContext context, IPAddress? address, ClaimsPrincipal user, MfaSettings mfa)
    {
        var verdict = context.Features.Get<IBouncerFeature>()?.Verdict ?? await bouncer.CheckAsync(address, context.RequestAborted);
        return mfa.UserNameClaim is { } claim
            && user.FindFirst(claim)?.Value is { } name
            && bouncer.CheckAll(DecisionScope.Username, name) is [var onUser, ..]
            && bouncer.SeverityOf(onUser.Remediation) > bouncer.SeverityOf(verdict.Remediation) ? onUser : verdict;
    }
}
