using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.StartPage;

// Lets a person on this machine be another client in a browser for a while, to see what that client sees and solve what it must.
// It gives no client anything new: a caller from loopback can claim an address by X-Forwarded-For, too.
internal static class Visits
{
    private const string Cookie = "gateway-visit-as";
    private const string Prefix = "/.bouncer";
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(10);

    // Before UseBouncer, which is to judge the client that is played. The start page stays the operator's.
    public static void UseVisits(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<StartPageAccess>();
        var operators = app.Services.GetRequiredService<LocalOperator>();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Cookies[Cookie] is { } visit && !IsStartPage(context.Request.Path) && ClientOf(visit, access) is { } client && operators.IsHere(context))
            {
                context.Connection.RemoteIpAddress = client;
            }

            return next(context);
        });
    }

    public static RedirectHttpResult Begin(HttpContext context, StartPageAccess access, string? @as, string? path)
    {
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = s_length };
        if (!IPAddress.TryParse(@as, out var client))
        {
            context.Response.Cookies.Delete(Cookie, options);
            return TypedResults.LocalRedirect($"~{Prefix}/");
        }

        context.Response.Cookies.Append(Cookie, $"{client}|{access.Sign(client.ToString())}", options);
        return TypedResults.LocalRedirect(RedirectHttpResult.IsLocalUrl(path) ? path : "~/");
    }

    private static IPAddress? ClientOf(string visit, StartPageAccess access) =>
        visit.Split('|') is [var text, var proof] && StartPageAccess.AreEqual(proof, access.Sign(text)) && IPAddress.TryParse(text, out var client) ? client : null;

    private static bool IsStartPage(PathString path) => path.StartsWithSegments(Prefix) && !path.StartsWithSegments(Prefix + "/captcha");
}
