using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Notices middleware that comes after the bouncer and should come before it, by what a request looks like when it
/// comes back. Each finding is warned about once; requests that can show none are not looked at. Where endpoints have policies any
/// request may be routed again: those looks are few, for each costs allocations.</summary>
internal sealed class PipelineMonitor(BouncerPipelineStatus status, HttpSettingsProvider settings, ILogger<PipelineMonitor> logger)
{
    private readonly LookBudget _looksAtRoutes = new();
    private volatile bool _routingCameFirst;

    /// <summary>Whether endpoints carry policies or bypasses; the start-up check says so.</summary>
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

    /// <summary>Whether another endpoint answered than was seen, and its policy is another one. The page for an error is such an
    /// endpoint and no finding.</summary>
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

    // Written once: a write by every request would take the cache line away from all other processors.
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
