using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Reads from a session whether its user showed a second factor recently.</summary>
internal static class SecondFactor
{
    /// <summary>How far the clock of the identity provider may be ahead.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    // The name in tokens, and the one to which the framework's token handlers map it by default.
    private static readonly string[] MethodClaims = ["amr", "http://schemas.microsoft.com/claims/authnmethodsreferences"];
    private static readonly string[] ContextClaims = ["acr", "http://schemas.microsoft.com/claims/authnclassreference"];

    /// <returns>When it was shown; null if it was not, or too long ago. If the application's own policy decides, the current
    /// time.</returns>
    internal static async ValueTask<DateTimeOffset?> ShownAtAsync(HttpContext context, ClaimsPrincipal user, MfaSettings mfa, DateTimeOffset now)
    {
        if (mfa.Policy is { } policy)
        {
            var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
            return (await authorization.AuthorizeAsync(user, context, policy)).Succeeded ? now : null;
        }

        return IsStrong(user, mfa) && SignedInAt(user) is { } at && at <= now + ClockSkew && now - at < mfa.MaxAge ? at : null;
    }

    private static bool IsStrong(ClaimsPrincipal user, MfaSettings mfa) =>
        user.HasClaim(claim => MethodClaims.Contains(claim.Type) && claim.Value == "mfa")
        || user.HasClaim(claim => ContextClaims.Contains(claim.Type) && mfa.AcrValues.Contains(claim.Value));

    private static DateTimeOffset? SignedInAt(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirst("auth_time")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
