using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Firewall.HealthChecks;

/// <summary>Reports the firewall's status; never reads the firewall.</summary>
internal sealed class FirewallHealthCheck(IFirewall firewall) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = firewall.Status;
        var data = new Dictionary<string, object>
        {
            ["firewall"] = status.Firewall,
            ["wantedNetworks"] = status.WantedNetworks,
            ["blockedNetworks"] = status.BlockedNetworks,
            ["refusedNetworks"] = status.RefusedNetworks,
            ["consecutiveFailures"] = status.ConsecutiveFailures,
        };
        if (status.LastSuccess is { } last)
        {
            data["lastSuccess"] = last;
        }

        return Task.FromResult(new HealthCheckResult(Judge(status, context.Registration.FailureStatus), status.LastError, data: data));
    }

    private static HealthStatus Judge(FirewallStatus status, HealthStatus failure) =>
        status.IsDryRun ? HealthStatus.Healthy
        : !status.IsApplied || status is { ConsecutiveFailures: > 0, WantedNetworks: > 0, BlockedNetworks: 0 } ? failure
        : status.ConsecutiveFailures > 0 || status.RefusedNetworks > 0 ? HealthStatus.Degraded
        : HealthStatus.Healthy;
}
