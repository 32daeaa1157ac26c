using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace IdentityMfa.Pages;

public sealed class StepUpModel(UserManager<IdentityUser> users, IOneTimeCodeGuard codes, IMfaClearance clearance) : PageModel
{
    public async Task<IActionResult> OnPostAsync(string? code, string? returnUrl)
    {
        var user = await users.GetUserAsync(User) ?? throw new InvalidOperationException("The account is gone.");
        var result = await codes.VerifyOnceAsync(HttpContext, user.Id, code ?? "", async typed => user.TwoFactorEnabled
            && (await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, typed)
                || (await users.RedeemTwoFactorRecoveryCodeAsync(user, typed)).Succeeded));
        if (result.IsAccepted)
        {
            await clearance.GrantAsync(HttpContext, User);
            return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/");
        }

        ModelState.AddModelError("", result.RetryAfter is { } wait ? $"Too many wrong codes. Try again in {wait:m\\:ss}." : "That code is not right, or was used already.");
        return Page();
    }
}
