using System.Security.Claims;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

internal sealed class MfaClearance(
    IBouncer bouncer,
    IClientAddressResolver addresses,
    IScopeChecker scopes,
    HttpSettingsProvider settings,
    ClearanceCookie clearance,
    TimeProvider time,
    EmbeddedIPv4? embedded = null) : IMfaClearance
{
    public async ValueTask GrantAsync(HttpContext context, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        var current = settings.Current;
        var mfa = current.Of<MfaSettings>();
        var address = addresses.GetClientAddress(context);
        var session = await SignedInSession.KeyOfAsync(context, mfa.AuthenticateScheme, user);
        var decisions = await FindDecisionsAsync(context, user, current);
        var holder = new ClearanceHolder(
            ClientKey.Of(embedded is null ? address : embedded.Unwrap(address)),
            decisions.Select(static decision => decision.Id).DefaultIfEmpty().Max(),
            decisions.Select(static decision => decision.ExpiresAt).DefaultIfEmpty(DateTimeOffset.MaxValue).Max());
        clearance.Grant(context, holder, ClearanceLevel.Mfa, time.GetUtcNow(), mfa.MaxAge, session);
    }

    public async ValueTask RevokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var scheme = settings.Current.Of<MfaSettings>().AuthenticateScheme;
        var user = await SignedInUser.FindAsync(context, scheme);
        clearance.Revoke(context, ClearanceLevel.Mfa, user is null ? null : await SignedInSession.KeyOfAsync(context, scheme, user));
    }

    /// <summary>Finds all decisions on the client, because any of them may require the second factor under some policy, and the
    /// ticket is for all of them. The user may have just been signed in, and the page may be exempt.</summary>
    private async ValueTask<IReadOnlyList<Decision>> FindDecisionsAsync(HttpContext context, ClaimsPrincipal user, HttpSettings current)
    {
        var address = addresses.GetClientAddress(context) ?? context.Connection.RemoteIpAddress;
        var verdict = await bouncer.CheckAsync(address, context.RequestAborted);
        var others = new ScopedVerdicts(scopes, context, new BouncerRequest(current, current.Policies.Default, address, null, verdict, IsUnresolved: false));
        await others.CompleteAsync();
        var ofUser = current.Of<MfaSettings>().UserNameClaim is { } claim && user.FindFirst(claim)?.Value is { } name
            ? bouncer.CheckAll(DecisionScope.Username, name)
            : [];
        return [.. bouncer.CheckAll(address, verdict).Concat(others.Found).Concat(ofUser).Select(static found => found.Decision).OfType<Decision>()];
    }
}
