using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Reports a bouncer in the wrong place of the pipeline.</summary>
internal sealed class PipelineHealthCheck(BouncerPipelineStatus status, UncheckedRequestMonitor watch, AddressNotices notices, HttpSettingsProvider settings, IOptionsMonitor<BouncerOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        watch.NoteProbe();
        var failure = context.Registration.FailureStatus;
        var policy = settings.Current.Policies.Default;
        var data = new Dictionary<string, object>
        {
            ["proxyTrust"] = status.TrustsEveryProxy ? "all" : notices.IgnoresProxy ? "missing" : "known",
            ["runsBeforeForwardedHeaders"] = status.RunsBeforeForwardedHeaders,
            ["runsBeforeRouting"] = status.RunsBeforeRouting,
            ["isPassedBy"] = status.HasUncheckedRequests,
            ["losesOwnPages"] = status.HasUnreachableEndpoints,
            ["dryRun"] = policy.IsDryRun,
            ["enforces"] = policy.IsEnforcing,
        };
        if (status.HasUncheckedRequests)
        {
            return Task.FromResult(new HealthCheckResult(failure, "Requests bypass the bouncer; the log says what to change.", data: data));
        }

        var fault = FindFault();
        return Task.FromResult(new HealthCheckResult(
            fault is null ? HealthStatus.Healthy : failure > HealthStatus.Degraded ? failure : HealthStatus.Degraded,
            fault,
            data: data));
    }

    private string? FindFault() => status switch
    {
        { TrustsEveryProxy: true } => "Clients can choose the address by which they are checked: name only your proxies in Bouncer:Proxies:Networks.",
        { RunsBeforeForwardedHeaders: true } => "The bouncer checks proxies instead of clients: call UseBouncer after UseForwardedHeaders, or name your proxies in Bouncer:Proxies:Networks.",
        _ when notices.MeetsProxiesOnly => "One of your proxies has not named a client yet, or every client is this machine: configure the proxies to name their clients, and name the proxies in Bouncer:Proxies:Networks.",
        _ when !RequestedScopes.HaveAddresses(options.CurrentValue) => "No decisions on addresses are requested from LAPI: add ip and range to Bouncer:Sync:Scopes.",
        _ when notices.IgnoresProxy => "A proxy seems to be missing in the settings: set Bouncer:Proxies:Networks.",
        { RunsBeforeRouting: true } => "The bouncer cannot see the policies of endpoints: call UseRouting, and middleware that reroutes requests, before UseBouncer.",
        { HasUnreachableEndpoints: true } => "Requests for the bouncer's own pages do not reach a bouncer: call UseBouncer on the whole pipeline.",
        _ => null,
    };
}
