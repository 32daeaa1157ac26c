using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>Paths and methods as LAPI's router matches them: exactly and case-sensitively. ASP.NET Core's routing would accept an
/// additional slash or another case.</summary>
internal sealed class LocalApiRoutes(LocalApiState state)
{
    private readonly StreamHandler _stream = new(state);
    private readonly LiveHandler _live = new(state);
    private readonly bool _newest = state.Dialect == LocalApiDialect.Newest;

    public async Task<string?> HandleAsync(HttpContext context, DatabaseReads reads)
    {
        var method = context.Request.Method;
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        switch (context.Request.Path.Value)
        {
            case "/health" when HttpMethods.IsGet(method):
                await HealthAsync(context);
                break;
            case "/v1/decisions" when isRead:
                await AuthenticatedAsync(context, bouncer => _live.HandleAsync(context, bouncer, reads));
                break;
            case "/v1/decisions/stream" when isRead:
                await AuthenticatedAsync(context, bouncer => _stream.HandleAsync(context, bouncer, reads));
                break;
            case "/v1/usage-metrics" when _newest && HttpMethods.IsPost(method):
                string? accepted = null;
                await AuthenticatedAsync(context, async _ => accepted = await UsageMetricsHandler.HandleAsync(context));
                return accepted;
            case "/v1/decisions" or "/v1/decisions/stream" when HttpMethods.IsDelete(method):
            case "/v1/alerts" when isRead || HttpMethods.IsPost(method) || HttpMethods.IsDelete(method):
            case "/v1/allowlists" when _newest && isRead:
                await MachinesOnlyAsync(context);
                break;
            case "/health" or "/v1/decisions" or "/v1/decisions/stream" or "/v1/alerts":
            case "/v1/usage-metrics" or "/v1/allowlists" when _newest:
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }

        return null;
    }

    private Task AuthenticatedAsync(HttpContext context, Func<BouncerRegistry.Entry, Task> next)
    {
        var bouncer = state.Bouncers.Authenticate(
            context.Request.Headers["X-Api-Key"],
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            context.Request.Headers.UserAgent.ToString(),
            HttpMethods.IsHead(context.Request.Method));
        return bouncer is null
            ? GoResponse.MessageAsync(context, StatusCodes.Status403Forbidden, "access forbidden")
            : next(bouncer);
    }

    private static Task HealthAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Expires = "-1";
        context.Response.Headers.Pragma = "no-cache";
        return GoResponse.JsonAsync(context, StatusCodes.Status200OK, "{\"status\":\"up\"}");
    }

    // A bouncer's key is not accepted here: these paths require a machine's token.
    private static Task MachinesOnlyAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "JWT realm=Crowdsec API local";
        return GoResponse.JsonAsync(context, StatusCodes.Status401Unauthorized, "{\"code\":401,\"message\":\"cookie token is empty\"}");
    }
}
