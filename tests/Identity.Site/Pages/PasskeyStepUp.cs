using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace IdentitySite.Pages;

// The other way to step up. It lies below the step-up page's path, and so is open to users who must step up.
internal static class PasskeyStepUp
{
    public static void MapPasskeyStepUp(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/step-up/passkey").RequireAuthorization();

        // The form is bound so that its antiforgery token is checked.
        pages.MapPost("/options", async (HttpContext context, IFormCollection _, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn) =>
            await users.GetUserAsync(context.User) is { TwoFactorEnabled: true } user
                ? Results.Content(await signIn.MakePasskeyRequestOptionsAsync(user), "application/json")
                : Results.BadRequest());

        pages.MapPost("", async (
            HttpContext context, [FromForm] string? credential, [FromForm] string? returnUrl,
            UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, IOneTimeCodeGuard codes, IMfaClearance stepUp) =>
        {
            if (await users.GetUserAsync(context.User) is not { TwoFactorEnabled: true } user)
            {
                return await StepUpPage.ShowAsync(context, users, null, returnUrl);
            }

            // Limited as codes are, and each challenge is good for one answer: many passkeys do not count their uses.
            var result = await codes.VerifyOnceAsync(
                context, user.Id, await Passkeys.ChallengeAsync(context), async _ => await IsOfAsync(user, users, signIn, credential));
            if (!result.IsAccepted)
            {
                return await StepUpPage.ShowAsync(context, users, user, returnUrl, StepUpPage.Explain(result, "That passkey was not accepted."));
            }

            await stepUp.GrantAsync(context, context.User);
            return StepUpPage.Return(returnUrl);
        });
    }

    private static async Task<bool> IsOfAsync(
        IdentityUser user, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn, string? credential)
    {
        if (string.IsNullOrEmpty(credential))
        {
            return false;
        }

        try
        {
            // Another user's passkey proves nothing about the user who is signed in.
            var assertion = await signIn.PerformPasskeyAssertionAsync(credential);
            return assertion.Succeeded
                && assertion.User.Id == user.Id
                && (await users.AddOrUpdatePasskeyAsync(user, assertion.Passkey)).Succeeded;
        }
        catch (InvalidOperationException)
        {
            // The challenge in the cookie is for adding a passkey.
            return false;
        }
    }
}
