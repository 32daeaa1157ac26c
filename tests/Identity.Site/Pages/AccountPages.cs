using Bouncer.AspNetCore;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace IdentitySite.Pages;

internal static class AccountPages
{
    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet("/register", (HttpContext context) => Html.Page("Register", Fields(context, "/register", "new-password")));
        app.MapPost("/register", async (
            HttpContext context, [FromForm] string name, [FromForm] string password, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn) =>
        {
            var user = new IdentityUser(name);
            var created = await users.CreateAsync(user, password);
            if (!created.Succeeded)
            {
                return Html.Page("Register", Fields(context, "/register", "new-password", string.Join(' ', created.Errors.Select(error => error.Description))), 400);
            }

            await signIn.SignInAsync(user, isPersistent: false);
            return Results.LocalRedirect("/");
        });

        app.MapGet("/login", (HttpContext context) => Html.Page("Log in", Fields(context, "/login", "current-password")));
        app.MapPost("/login", async (
            HttpContext context, [FromForm] string name, [FromForm] string password, UserManager<IdentityUser> users, SignInManager<IdentityUser> signIn) =>
        {
            // The password alone: the second factor is asked for when CrowdSec doubts the account, not at each login.
            var user = await users.FindByNameAsync(name);
            if (user is null || !(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true)).Succeeded)
            {
                return Html.Page("Log in", Fields(context, "/login", "current-password", "That is not right."), 400);
            }

            await signIn.SignInAsync(user, isPersistent: false, "pwd");
            return Results.LocalRedirect("/");
        });

        app.MapPost("/logout", async (HttpContext context, SignInManager<IdentityUser> signIn, IMfaClearance stepUp) =>
        {
            await stepUp.RevokeAsync(context);
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/login");
        }).RequireToken();
    }

    private static IHtmlContent Fields(HttpContext context, string action, string password, string? error = null) => Html.Form(context, action, $"""
        {Html.If(error is not null, $"""<p role="alert">{error}</p>""")}
        <label>Name <input name="name" required autocomplete="username" autofocus></label>
        <label>Password <input name="password" type="password" required autocomplete="{password}"></label>
        <button>{(action == "/login" ? "Log in" : "Register")}</button>
        """);
}
