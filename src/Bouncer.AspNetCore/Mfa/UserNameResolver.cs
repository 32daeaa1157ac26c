using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Identifies a client by a claim of the signed-in user.</summary>
internal sealed class UserNameResolver(HttpSettingsProvider settings) : IScopeResolver, IClientScope
{
    public DecisionScope Scope => DecisionScope.Username;

    public IEnumerable<string> Find(IPAddress? address, ClaimsPrincipal? user) =>
        settings.Current.Of<MfaSettings>().UserNameClaim is { } claim && user?.FindFirst(claim) is { } found ? [found.Value] : [];

    public async ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var mfa = settings.Current.Of<MfaSettings>();
        return mfa.UserNameClaim is { } claim && await SignedInUser.FindAsync(context, mfa.AuthenticateScheme) is { } user
            ? user.FindFirst(claim)?.Value
            : null;
    }
}
