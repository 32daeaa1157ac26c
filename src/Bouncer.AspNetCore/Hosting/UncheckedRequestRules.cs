using Bouncer.AspNetCore.Requests;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Decides which responses bypass the bouncer, and which of them are meant to.</summary>
/// <remarks>Middleware before the bouncer may redirect to https, refuse, answer a preflight or from a cache, serve files, and
/// report the application's health: all of that is normal. A response that no middleware of the framework gives is the
/// application's own.</remarks>
internal sealed class UncheckedRequestRules(HttpSettingsProvider settings, BouncerMarkerService layer, BouncerEndpoints pages)
{
    /// <summary>Finds an endpoint that is placed before the bouncer and is not exempt.</summary>
    internal Endpoint? FindInFront() => layer.InFront.SelectMany(static source => source.Endpoints).FirstOrDefault(endpoint => !IsExempt(endpoint));

    /// <summary>Whether a request was answered that should have passed the bouncer and did not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status of the response.</param>
    /// <returns>What answered; null if the request did not bypass the bouncer.</returns>
    internal string? PassedBy(HttpContext context, int status)
    {
        if (context.Features.Get<IBouncerFeature>() is not null || HttpMethods.IsOptions(context.Request.Method))
        {
            return null;
        }

        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return IsAnswer(status, endpoint) && !IsExempt(endpoint) && !IsOrdinary(context, endpoint) ? NameOf(endpoint) : null;
    }

    /// <summary>Whether a request is for one of the bouncer's own pages that may lie outside every branch with a
    /// bouncer.</summary>
    internal bool MayLosePage(HttpContext context) => layer.IsInBranchesOnly && pages.Find(settings.Current, context.Request.Path) is not null;

    /// <summary>Whether such a request was answered without a bouncer. A request that middleware before it refuses or redirects
    /// may reach one the next time.</summary>
    internal static bool IsPageLost(HttpContext context, int status) =>
        context.Features.Get<IBouncerFeature>() is null
        && !HttpMethods.IsOptions(context.Request.Method)
        && status is (>= 200 and < 300) or StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed;

    internal static string NameOf(Endpoint? endpoint) =>
        endpoint is null ? "an answer without an endpoint" : $"the endpoint '{LogText.Of(endpoint.DisplayName)}'";

    /// <remarks>If the whole pipeline has a bouncer, a refusal or redirect before it comes from middleware: its endpoints come
    /// later, were found at startup, or are short-circuited, and those count with any status. In a pipeline without one an endpoint
    /// may have answered; statuses with which middleware refuses are ignored nevertheless.</remarks>
    private bool IsAnswer(int status, Endpoint? endpoint) => ShortCircuits.Has(endpoint) || status switch
    {
        >= 200 and < 300 or StatusCodes.Status101SwitchingProtocols => true,
        StatusCodes.Status404NotFound or StatusCodes.Status410Gone => layer.IsInBranchesOnly && endpoint is not null,
        StatusCodes.Status503ServiceUnavailable => false,
        >= 500 => layer.IsInBranchesOnly && endpoint is not null,
        _ => false,
    };

    private bool IsExempt(Endpoint? endpoint) =>
        settings.Current.Policies.For(endpoint).Bypass
        || endpoint?.RequestDelegate?.Target is HealthCheckMiddleware
        || ShortCircuits.IsStatusOnly(endpoint)
        || endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    private static bool IsOrdinary(HttpContext context, Endpoint? endpoint)
    {
        var headers = context.Response.Headers;
        return headers.Age.Count > 0 || IsHealth(headers) || (endpoint is null && IsFile(context.Request, headers));
    }

    /// <remarks>The headers that the framework's health checks always send.</remarks>
    private static bool IsHealth(IHeaderDictionary headers) =>
        headers is { CacheControl: ["no-store, no-cache"], Pragma: ["no-cache"], Expires: ["Thu, 01 Jan 1970 00:00:00 GMT"] };

    private static bool IsFile(HttpRequest request, IHeaderDictionary headers) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && headers is { ETag.Count: > 0, LastModified.Count: > 0 };
}
