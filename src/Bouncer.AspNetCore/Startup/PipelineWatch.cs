using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Notices middleware that comes after the bouncer and should come before it, by what a request looks like when it
/// comes back. Each finding is warned about once; requests that can show none are not looked at.</summary>
internal sealed class PipelineWatch(BouncerPipelineStatus status, ILogger<PipelineWatch> logger)
{
    private volatile bool _routingCameFirst;

    /// <summary>Whether endpoints carry policies or bypasses; the start-up check says so.</summary>
    internal bool HasEndpointMetadata { get; set; }

    internal bool NeedsLook(HttpContext context, Endpoint? endpoint, bool hasUnusedEntries) =>
        LooksUnrouted(endpoint) || (hasUnusedEntries && LooksUnforwarded(context.Request.Headers));

    internal async Task InvokeAndLook(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var address = context.Connection.RemoteIpAddress;
        await next(context);
        if (endpoint is null && context.GetEndpoint() is not null && LooksUnrouted(null))
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

    private bool LooksUnforwarded(IHeaderDictionary headers) =>
        !status.RunsBeforeForwardedHeaders && !ForwardedTraces.WereApplied(headers);
}
