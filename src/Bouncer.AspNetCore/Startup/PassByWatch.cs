using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Notices requests that are answered without having met the bouncer: it stands behind the endpoints, or in a branch.
/// Warned about once. Looks at the first requests, then at one a second, for a look costs an allocation.</summary>
internal sealed class PassByWatch(HttpSettingsSource settings, BouncerPipelineStatus status, ILogger<PassByWatch> logger, EndpointDataSource? endpoints = null)
{
    private const int FirstLooks = 1000;
    private const int LaterPause = 1000;

    private int _looks;
    private long _nextLook;

    internal RequestDelegate Before(RequestDelegate next) => context => NeedsLook() ? LookAsync(context, next) : next(context);

    // Hardly ever is anything written that several processors share: a counter of all requests would be the slowest part of most.
    private bool NeedsLook() =>
        !status.IsPassedBy && (Volatile.Read(ref _looks) < FirstLooks || Environment.TickCount64 >= Volatile.Read(ref _nextLook));

    private async Task LookAsync(HttpContext context, RequestDelegate next)
    {
        if (Volatile.Read(ref _looks) < FirstLooks)
        {
            Interlocked.Increment(ref _looks);
        }

        Volatile.Write(ref _nextLook, Environment.TickCount64 + LaterPause);
        await next(context);
        if (PassedBy(context) && !status.IsPassedBy)
        {
            status.IsPassedBy = true;
            logger.PassedBy();
        }
    }

    /// <remarks>Middleware in front may refuse or redirect before the bouncer is asked, and answer a preflight; without an
    /// endpoint it may be serving files, on purpose.</remarks>
    private bool PassedBy(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        return context.Response.StatusCode is >= 200 and < 300 or StatusCodes.Status101SwitchingProtocols
            && context.Features.Get<IBouncerFeature>() is null
            && !HttpMethods.IsOptions(context.Request.Method)
            && (endpoint is not null || endpoints is not { Endpoints.Count: > 0 })
            && !settings.Current.Policies.For(endpoint).Bypass;
    }
}
