using Microsoft.AspNetCore.Antiforgery;

namespace IdentitySite.Pages;

internal static class FormToken
{
    // UseAntiforgery lets a bad token through to endpoints that bind no form.
    public static RouteHandlerBuilder RequireToken(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter(async (call, next) =>
        await call.HttpContext.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(call.HttpContext)
            ? await next(call)
            : Results.BadRequest());
}
