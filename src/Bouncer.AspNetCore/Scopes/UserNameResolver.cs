using Bouncer.AspNetCore.Remediations.Mfa;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Knows a client by a claim of the user who is signed in.</summary>
internal sealed class UserNameResolver(IMfaSettingsSource settings) : IScopeResolver
{
    public DecisionScope Scope => DecisionScope.Username;

    internal bool IsOn => settings.Current.UserNameClaim is not null;

    public async ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var mfa = settings.Current;
        return mfa.UserNameClaim is { } claim && await SignedInUser.FindAsync(context, mfa.AuthenticateScheme) is { } user
            ? user.FindFirst(claim)?.Value
            : null;
    }
}
