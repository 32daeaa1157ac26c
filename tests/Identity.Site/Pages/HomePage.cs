using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Identity;

namespace IdentitySite.Pages;

internal static class HomePage
{
    public static void MapHome(this IEndpointRouteBuilder app, DemoCrowdSec demo)
    {
        app.MapGet("/", async (HttpContext context, UserManager<IdentityUser> users) =>
            Html.Page("The vault", await users.GetUserAsync(context.User) is { } user
                ? Inside(context, user, (await users.GetPasskeysAsync(user)).Count, demo)
                : Outside()));

        if (demo.IsRunning)
        {
            app.MapPost("/demand", (HttpContext context) =>
            {
                demo.Demand(context.User.Identity!.Name!);
                return Html.Page("CrowdSec decided", Html.Of($"""<p>In a second your account will be asked for its second factor.</p><p><a href="/">Back to the vault</a></p>"""));
            }).RequireAuthorization().RequireToken();
        }
    }

    private static IHtmlContent Outside() => Html.Of(
        $"""<p>Nobody is signed in.</p><p class="buttons"><a href="/login">Log in</a> <a href="/register">Register</a></p>""");

    private static IHtmlContent Inside(HttpContext context, IdentityUser user, int passkeys, DemoCrowdSec demo) => Html.Of($"""
        <p>Signed in as <strong id="user">{user.UserName}</strong>.</p>
        <p>{(user.TwoFactorEnabled ? "An authenticator app is enrolled." : "No second factor is enrolled.")}</p>
        {Html.If(passkeys > 0, $"""<p id="passkeys">Passkeys: {passkeys}.</p>""")}
        {Html.If(!user.TwoFactorEnabled, $"""<p class="buttons"><a href="/enrol">Enrol an authenticator app</a></p>""")}
        {(user.TwoFactorEnabled ? Passkeys.Form(context, "create", "/passkeys", $"""
            <label>Code of your app, to add a passkey <input name="code" required autocomplete="one-time-code"></label><button class="quiet">Add a passkey</button>
            """) : HtmlString.Empty)}
        {(demo.IsRunning && user.TwoFactorEnabled ? Html.Form(context, "/demand", $"<button>Have CrowdSec doubt this account</button>") : HtmlString.Empty)}
        {Html.Form(context, "/logout", $"""<button class="quiet">Log out</button>""")}
        """);
}
