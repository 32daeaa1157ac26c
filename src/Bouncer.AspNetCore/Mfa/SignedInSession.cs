using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>A user's session, to which a ticket for a second factor is bound.</summary>
internal static class SignedInSession
{
    private const string SessionId = "sid";

    /// <summary>The key of a user's session: the account, and what distinguishes this sign-in from others.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme of the session; null for the application's default one.</param>
    /// <param name="user">The user who is, or was just, signed in.</param>
    internal static async ValueTask<string> KeyOfAsync(HttpContext context, string? scheme, ClaimsPrincipal user)
    {
        var account = SignedInUser.KeyOf(user);
        var session = context.Features.Get<SessionMark>()?.Text;
        if (session is null && await SignedInUser.AuthenticateAsync(context, scheme) is { Principal: { } known } result && SignedInUser.KeyOf(known) == account)
        {
            session = IdOf(result);
        }

        // An application may set the user without any scheme.
        session ??= user.FindFirst(SessionId)?.Value;
        return $"{account}\0{session}";
    }

    /// <summary>Cookie sessions are marked, and those of OpenID Connect have an identifier; others are identified by the time at
    /// which they began, which some renew.</summary>
    private static string? IdOf(AuthenticateResult result) =>
        SessionMark.Read(result.Properties)
        ?? result.Principal?.FindFirst(SessionId)?.Value
        ?? result.Properties?.IssuedUtc?.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
