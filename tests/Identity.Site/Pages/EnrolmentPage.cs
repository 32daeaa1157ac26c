using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using QRCoder;

namespace IdentitySite.Pages;

// Not open to users who must show a second factor: a thief of a password could enrol a factor of their own.
internal static class EnrolmentPage
{
    private const string Issuer = "Identity.Site";
    private const int RecoveryCodes = 8;

    public static void MapEnrolment(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/enrol").RequireAuthorization();
        pages.MapGet("", async (HttpContext context, UserManager<IdentityUser> users) =>
            await users.GetUserAsync(context.User) is not { TwoFactorEnabled: false } user ? Results.LocalRedirect("/")
            : await ShowAsync(context, users, user));

        pages.MapPost("", async (HttpContext context, [FromForm] string code, UserManager<IdentityUser> users, IOneTimeCodeGuard codes) =>
        {
            if (await users.GetUserAsync(context.User) is not { TwoFactorEnabled: false } user)
            {
                return Results.LocalRedirect("/");
            }

            var result = await codes.VerifyOnceAsync(context, user.Id, code, async typed =>
                await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, typed.Replace(" ", "", StringComparison.Ordinal)));
            if (!result.IsAccepted)
            {
                return await ShowAsync(context, users, user, "That code is not right.");
            }

            await users.SetTwoFactorEnabledAsync(user, true);
            return Done(await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []);
        });
    }

    private static async Task<IResult> ShowAsync(HttpContext context, UserManager<IdentityUser> users, IdentityUser user, string? error = null)
    {
        if (await users.GetAuthenticatorKeyAsync(user) is null)
        {
            await users.ResetAuthenticatorKeyAsync(user);
        }

        var key = (await users.GetAuthenticatorKeyAsync(user))!;
        return Html.Page("Enrol an authenticator app", Html.Of($"""
            <p>Scan this with an authenticator app, or type the key, then enter the code that it shows.</p>
            <p class="qr"><img alt="QR code of the key" src="{QrCodeOf(user.UserName!, key)}" width="220" height="220"></p>
            <p><code id="key">{key}</code></p>
            {Html.If(error is not null, $"""<p role="alert">{error}</p>""")}
            {Html.Form(context, "/enrol", $"""<label>Code <input name="code" required inputmode="numeric" autocomplete="one-time-code" autofocus></label><button>Enrol</button>""")}
            """), error is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private static IResult Done(IEnumerable<string> recoveryCodes) => Html.Page("Enrolled", Html.Of($"""
        <p>Keep these recovery codes: each of them stands in once for your authenticator app.</p>
        <ul class="codes">{new HtmlContentBuilder(recoveryCodes.Select(code => (object)Html.Of($"<li><code>{code}</code></li>")).ToList())}</ul>
        <p><a href="/">Back to the vault</a></p>
        """));

    private static string QrCodeOf(string user, string key)
    {
        var text = $"otpauth://totp/{Uri.EscapeDataString($"{Issuer}:{user}")}?secret={key}&issuer={Uri.EscapeDataString(Issuer)}&digits=6";
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(data);
        return "data:image/png;base64," + Convert.ToBase64String(png.GetGraphic(6));
    }
}
