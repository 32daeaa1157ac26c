using Bouncer.AspNetCore.ClientAddress;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Startup;

/// <summary>Reports a bouncer in the wrong place of the pipeline.</summary>
internal sealed class PipelineHealthCheck(BouncerPipelineStatus status, PassByWatch watch, AddressNotices notices) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        watch.NoteProbe();
        var failure = context.Registration.FailureStatus;
        var data = new Dictionary<string, object>
        {
            ["proxyTrust"] = status.TrustsEveryProxy ? "all" : notices.HasSaidNeighbour ? "missing" : "known",
            ["runsBeforeForwardedHeaders"] = status.RunsBeforeForwardedHeaders,
            ["runsBeforeRouting"] = status.RunsBeforeRouting,
            ["isPassedBy"] = status.IsPassedBy,
            ["losesOwnPages"] = status.LosesOwnPages,
        };
        if (status.IsPassedBy)
        {
            return Task.FromResult(new HealthCheckResult(failure, "Requests pass the bouncer by; the log says what to change.", data: data));
        }

        var isSound = status is { TrustsEveryProxy: false, RunsBeforeForwardedHeaders: false, RunsBeforeRouting: false, LosesOwnPages: false } && !notices.HasSaidNeighbour;
        return Task.FromResult(new HealthCheckResult(
            isSound ? HealthStatus.Healthy : failure > HealthStatus.Degraded ? failure : HealthStatus.Degraded,
            isSound ? null : "The pipeline does not let the bouncer see clients, endpoints or its own pages as they are; the log says what to change.",
            data: data));
    }
}
