using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Finds the signed-in user before the application's own authentication runs. Its handlers cache their result for the
/// request, so nothing is done twice.</summary>
internal static class SignedInUser
{
    /// <param name="context">The request.</param>
    /// <param name="scheme">The scheme to use; null for the application's default one.</param>
    /// <returns>The user; null if no user is signed in, or the application has no authentication.</returns>
    internal static async ValueTask<ClaimsPrincipal?> FindAsync(HttpContext context, string? scheme)
    {
        if (scheme is null && context.User.Identity is { IsAuthenticated: true })
        {
            return context.User;
        }

        return (await AuthenticateAsync(context, scheme))?.Principal;
    }

    /// <summary>Gets the session from a scheme; null if no user is signed in, or the application has no authentication.</summary>
    internal static async ValueTask<AuthenticateResult?> AuthenticateAsync(HttpContext context, string? scheme)
    {
        if (!await CanAuthenticateAsync(context.RequestServices, scheme))
        {
            return null;
        }

        var result = await context.AuthenticateAsync(scheme);
        return result is { Succeeded: true, Principal.Identity.IsAuthenticated: true } ? result : null;
    }

    /// <summary>The key to which a user's tickets are bound: the account's own key, not a name that may be reassigned.</summary>
    internal static string KeyOf(ClaimsPrincipal user) =>
        user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value ?? user.Identity?.Name ?? "";

    private static async ValueTask<bool> CanAuthenticateAsync(IServiceProvider services, string? scheme) =>
        scheme is not null
        || (services.GetService<IAuthenticationSchemeProvider>() is { } schemes && await schemes.GetDefaultAuthenticateSchemeAsync() is not null);
}
