using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace IdentitySite.Pages;

// A further factor is vouched for by the first: else a thief of a password could add a passkey and step up with it.
internal static class PasskeyEnrolment
{
    public static void MapPasskeyEnrolment(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/passkeys").RequireAuthorization();
        pages.MapPost("/options", async (
            HttpContext context, [FromForm] string code, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, IOneTimeCodeGuard codes) =>
        {
            if (await users.GetUserAsync(context.User) is not { TwoFactorEnabled: true, UserName: { } name } user)
            {
                return Results.BadRequest();
            }

            var result = await codes.VerifyOnceAsync(context, user.Id, code, typed => StepUpPage.IsRightAsync(users, user, typed));
            return result.IsAccepted
                ? Results.Content(await signIn.MakePasskeyCreationOptionsAsync(new() { Id = user.Id, Name = name, DisplayName = name }), "application/json")
                : Results.Text(StepUpPage.Explain(result), statusCode: StatusCodes.Status400BadRequest);
        });

        // No code here: Identity's cookie with the challenge, given for one, stands for it.
        pages.MapPost("", async (HttpContext context, [FromForm] string? credential, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn) =>
            await users.GetUserAsync(context.User) is { } user && !string.IsNullOrEmpty(credential) && await AddAsync(user, users, signIn, credential)
                ? Results.LocalRedirect("/")
                : Html.Page("No passkey was added", Html.Of($"""<p><a href="/">Back to the vault</a></p>"""), StatusCodes.Status400BadRequest));
    }

    private static async Task<bool> AddAsync(IdentityUser user, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, string credential)
    {
        try
        {
            var attestation = await signIn.PerformPasskeyAttestationAsync(credential);
            return attestation.Succeeded
                && attestation.UserEntity.Id == user.Id
                && (await users.AddOrUpdatePasskeyAsync(user, attestation.Passkey)).Succeeded;
        }
        catch (InvalidOperationException)
        {
            // No challenge is in the cookie, or one for stepping up.
            return false;
        }
    }
}
