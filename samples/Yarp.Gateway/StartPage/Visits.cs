using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.StartPage;

// Lets a person on this machine be another client in a browser for a while, to see what that client sees and solve what it must.
// It gives nobody anything new: who calls from loopback can claim an address by X-Forwarded-For, too.
internal static class Visits
{
    private const string Cookie = "gateway-visit-as";
    private const string Prefix = "/.bouncer";
    private static readonly TimeSpan s_length = TimeSpan.FromMinutes(10);

    // Before UseBouncer, which is to judge the client that is played. The start page stays the operator's.
    public static void UseVisits(this WebApplication app) => app.Use((HttpContext context, RequestDelegate next) =>
    {
        if (context.Request.Cookies[Cookie] is { } text && IPAddress.TryParse(text, out var client) && !IsStartPage(context.Request.Path) && LocalOperator.Is(context))
        {
            context.Connection.RemoteIpAddress = client;
        }

        return next(context);
    });

    public static RedirectHttpResult Begin(HttpContext context, string? @as, string? path)
    {
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = s_length };
        if (!IPAddress.TryParse(@as, out var client))
        {
            context.Response.Cookies.Delete(Cookie, options);
            return TypedResults.LocalRedirect($"~{Prefix}/");
        }

        context.Response.Cookies.Append(Cookie, client.ToString(), options);
        return TypedResults.LocalRedirect(RedirectHttpResult.IsLocalUrl(path) ? path : "~/");
    }

    private static bool IsStartPage(PathString path) => path.StartsWithSegments(Prefix) && !path.StartsWithSegments(Prefix + "/captcha");
}
