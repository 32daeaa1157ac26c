using Bouncer.AspNetCore.Requests;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Tells which answers pass the bouncer by, and which are meant to.</summary>
/// <remarks>Middleware in front may redirect to https, refuse, answer a preflight or from a cache, serve files, and say how the
/// application is: all of that is ordinary. What no middleware of the framework gives is the application's own.</remarks>
internal sealed class UncheckedRequestRules(HttpSettingsProvider settings, BouncerMarkerService layer, BouncerEndpoints pages)
{
    /// <summary>Finds an endpoint that stands before the bouncer and is not exempt.</summary>
    internal Endpoint? FindInFront() => layer.InFront.SelectMany(static source => source.Endpoints).FirstOrDefault(endpoint => !IsExempt(endpoint));

    /// <summary>Whether a request was answered that never met the bouncer and should have.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">With what it is answered.</param>
    /// <returns>What answered; null if the request did not pass by.</returns>
    internal string? PassedBy(HttpContext context, int status)
    {
        if (context.Features.Get<IBouncerFeature>() is not null || HttpMethods.IsOptions(context.Request.Method))
        {
            return null;
        }

        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return IsAnswer(status, endpoint) && !IsExempt(endpoint) && !IsOrdinary(context, endpoint) ? NameOf(endpoint) : null;
    }

    /// <summary>Whether a request is for a page of the bouncer's own that may lie outside of every branch with a bouncer.</summary>
    internal bool MayLosePage(HttpContext context) => layer.IsInBranchesOnly && pages.Find(settings.Current, context.Request.Path) is not null;

    /// <summary>Whether such a request was answered without a bouncer. What middleware in front refuses or redirects may meet one the
    /// next time.</summary>
    internal static bool IsPageLost(HttpContext context, int status) =>
        context.Features.Get<IBouncerFeature>() is null
        && !HttpMethods.IsOptions(context.Request.Method)
        && status is (>= 200 and < 300) or StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed;

    internal static string NameOf(Endpoint? endpoint) =>
        endpoint is null ? "an answer without an endpoint" : $"the endpoint '{LogText.Of(endpoint.DisplayName)}'";

    /// <remarks>Where the whole pipeline has a bouncer, what refuses or redirects before it is middleware: its endpoints come
    /// later, or were found at the start, or are short-circuited, and those answer whatever the status. In a pipeline without one
    /// an endpoint may have answered; what middleware refuses with is left out all the same.</remarks>
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

    /// <remarks>What the framework's health checks send, whatever they write.</remarks>
    private static bool IsHealth(IHeaderDictionary headers) =>
        headers is { CacheControl: ["no-store, no-cache"], Pragma: ["no-cache"], Expires: ["Thu, 01 Jan 1970 00:00:00 GMT"] };

    private static bool IsFile(HttpRequest request, IHeaderDictionary headers) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && headers is { ETag.Count: > 0, LastModified.Count: > 0 };
}
