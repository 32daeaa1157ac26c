using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Detects middleware that is placed after the bouncer and should be before it, from the state of a request when it
/// comes back. Each finding is logged once as a warning; requests that cannot show one are not examined. If endpoints have
/// policies any request may be rerouted: few of those are examined, as each examination costs allocations.</summary>
internal sealed class PipelineMonitor(BouncerPipelineStatus status, HttpSettingsProvider settings, ILogger<PipelineMonitor> logger)
{
    private readonly LookBudget _looksAtRoutes = new();
    private volatile bool _routingCameFirst;

    /// <summary>Whether endpoints have policies or exemptions; set by the startup check.</summary>
    internal bool HasEndpointMetadata { get; set; }

    internal bool NeedsLook(HttpContext context, Endpoint? endpoint, bool hasUnusedEntries) =>
        LooksUnrouted(endpoint) || MayBeRoutedAgain || (hasUnusedEntries && LooksUnforwarded(context));

    internal async Task InvokeAndLook(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var address = context.Connection.RemoteIpAddress;
        _looksAtRoutes.Take();
        await next(context);
        if (!status.RunsBeforeRouting && (WasRouted(context, endpoint) || WasRoutedAgain(context, endpoint)))
        {
            status.RunsBeforeRouting = true;
            logger.BeforeRouting();
        }

        if (!Equals(address, context.Connection.RemoteIpAddress) && !status.RunsBeforeForwardedHeaders)
        {
            status.RunsBeforeForwardedHeaders = true;
            logger.BeforeForwardedHeaders();
        }
    }

    private bool MayBeRoutedAgain => HasEndpointMetadata && !status.RunsBeforeRouting && _looksAtRoutes.IsDue;

    private bool WasRouted(HttpContext context, Endpoint? before) =>
        before is null && context.GetEndpoint() is not null && LooksUnrouted(null);

    /// <summary>Whether a different endpoint responded from the one that the bouncer saw, with a different policy. An error page
    /// is such an endpoint, but not a finding.</summary>
    private bool WasRoutedAgain(HttpContext context, Endpoint? before) =>
        HasEndpointMetadata
        && context.GetEndpoint() is { } after
        && after != before
        && context.Response.StatusCode < StatusCodes.Status400BadRequest
        && context.Features.Get<IExceptionHandlerFeature>() is null
        && settings.Current.Policies is var policies
        && !policies.For(after).IsSameAs(policies.For(before));

    private bool LooksUnrouted(Endpoint? endpoint)
    {
        if (endpoint is not null)
        {
            NoteRouting();
            return false;
        }

        return HasEndpointMetadata && !_routingCameFirst && !status.RunsBeforeRouting;
    }

    // Written once: a write by every request would invalidate the cache line of all other processors.
    private void NoteRouting()
    {
        if (!_routingCameFirst)
        {
            _routingCameFirst = true;
        }
    }

    private bool LooksUnforwarded(HttpContext context) =>
        !status.RunsBeforeForwardedHeaders && !ForwardedHeadersInspector.WereApplied(context);
}
