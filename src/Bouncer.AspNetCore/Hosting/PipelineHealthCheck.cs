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
            return Task.FromResult(new HealthCheckResult(failure, "Requests pass the bouncer by; the log says what to change.", data: data));
        }

        var fault = FindFault();
        return Task.FromResult(new HealthCheckResult(
            fault is null ? HealthStatus.Healthy : failure > HealthStatus.Degraded ? failure : HealthStatus.Degraded,
            fault,
            data: data));
    }

    private string? FindFault() => status switch
    {
        { TrustsEveryProxy: true } => "Clients can choose the address they are judged by: name your proxies alone in Bouncer:Proxies:Networks.",
        { RunsBeforeForwardedHeaders: true } => "The bouncer judges proxies instead of clients: call UseBouncer after UseForwardedHeaders, or name your proxies in Bouncer:Proxies:Networks.",
        _ when notices.MeetsProxiesOnly => "One of your proxies has named no client until now, or every client is this machine: have proxies name their clients, and name them in Bouncer:Proxies:Networks.",
        _ when !AskedScopes.HaveAddresses(options.CurrentValue) => "LAPI is asked for no decisions on addresses: add ip and range to Bouncer:Sync:Scopes.",
        _ when notices.IgnoresProxy => "A proxy seems not to be named: set Bouncer:Proxies:Networks.",
        { RunsBeforeRouting: true } => "The bouncer cannot see the policies of endpoints: call UseRouting, and what routes again, before UseBouncer.",
        { HasUnreachableEndpoints: true } => "The bouncer's own pages meet no bouncer: call UseBouncer on the whole pipeline.",
        _ => null,
    };
}
