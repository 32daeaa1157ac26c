using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Reports an AppSec that does not answer. Never calls it.</summary>
internal sealed class AppSecHealthCheck(AppSecMonitor monitor, HttpSettingsProvider settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var isUsed = settings.Current.InspectsRequests;
        var data = new Dictionary<string, object> { ["used"] = isUsed };
        if (!isUsed || monitor.Fault is not { } fault)
        {
            return Task.FromResult(HealthCheckResult.Healthy(data: data));
        }

        data["fault"] = fault;
        var failure = context.Registration.FailureStatus;
        return Task.FromResult(new HealthCheckResult(
            failure > HealthStatus.Degraded ? failure : HealthStatus.Degraded, "AppSec does not answer, so requests are not inspected.", data: data));
    }
}
