using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace IdentitySite.Pages;

// Where the bouncer sends a user whom CrowdSec doubts; returnUrl is where the user wanted to go.
internal static class StepUpPage
{
    public static void MapStepUp(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/step-up").RequireAuthorization();
        pages.MapGet("", async (HttpContext context, string? returnUrl, UserManager<IdentityUser> users) =>
            await ShowAsync(context, users, await users.GetUserAsync(context.User), returnUrl));

        pages.MapPost("", async (
            HttpContext context, [FromForm] string code, [FromForm] string? returnUrl, UserManager<IdentityUser> users, IOneTimeCodeGuard codes, IMfaClearance stepUp) =>
        {
            if (await users.GetUserAsync(context.User) is not { TwoFactorEnabled: true } user)
            {
                return await ShowAsync(context, users, null, returnUrl);
            }

            var result = await codes.VerifyOnceAsync(context, user.Id, code, typed => IsRightAsync(users, user, typed));
            if (!result.IsAccepted)
            {
                return await ShowAsync(context, users, user, returnUrl, Explain(result));
            }

            await stepUp.GrantAsync(context, context.User);
            return Return(returnUrl);
        });
    }

    // The field came from the browser, so it must not lead to another site.
    internal static IResult Return(string? returnUrl) => Results.LocalRedirect(RedirectHttpResult.IsLocalUrl(returnUrl) ? returnUrl! : "/");

    // Recovery codes have letters, and Identity forgets each after its use.
    internal static async ValueTask<bool> IsRightAsync(UserManager<IdentityUser> users, IdentityUser user, string typed)
    {
        var code = typed.Replace(" ", "", StringComparison.Ordinal);
        return code.All(char.IsAsciiDigit)
            ? await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code)
            : (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;
    }

    internal static string Explain(OneTimeCodeResult result, string wrong = "That code is not right, or was used already.") => result.RetryAfter is { } wait
        ? $"Too many wrong codes. Try again in {Math.Ceiling(wait.TotalSeconds)} seconds."
        : wrong;

    internal static async Task<IResult> ShowAsync(
        HttpContext context, UserManager<IdentityUser> users, IdentityUser? user, string? returnUrl, string? error = null)
    {
        if (user is not { TwoFactorEnabled: true })
        {
            return Html.Page("One more step", Html.Of($"<p>This account must show a second factor, and has none. Please ask those who run this site.</p>"), StatusCodes.Status403Forbidden);
        }

        FormattableString back = $"""<input type="hidden" name="returnUrl" value="{returnUrl}">""";
        var hasPasskey = (await users.GetPasskeysAsync(user)).Count > 0;
        return Html.Page("One more step", Html.Of($"""
            <p>Something about this account looks unusual. Show that it is you: enter the code of your authenticator app, or a recovery code.</p>
            {Html.If(error is not null, $"""<p role="alert">{error}</p>""")}
            {Html.Form(context, "/step-up", $"""{Html.Of(back)}<label>Code <input name="code" required autocomplete="one-time-code" autofocus></label><button>Continue</button>""")}
            {(hasPasskey ? Passkeys.Form(context, "get", "/step-up/passkey", $"""{Html.Of(back)}<button class="quiet">Use a passkey</button>""") : HtmlString.Empty)}
            """), error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
