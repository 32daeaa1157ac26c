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
        if (isUsed && monitor.Fault is { } fault)
        {
            data["fault"] = fault;
            return Task.FromResult(Degraded("AppSec does not answer, so requests are not inspected."));
        }

        return Task.FromResult(isUsed && settings.Current.Options.AppSec.Tls.SkipVerification
            ? Degraded("Bouncer:Http:AppSec:Tls:SkipVerification is on: AppSec's certificate is not verified, so anyone on the way to AppSec can read requests and change answers.")
            : HealthCheckResult.Healthy(data: data));

        HealthCheckResult Degraded(string description) => new(
            context.Registration.FailureStatus > HealthStatus.Degraded ? context.Registration.FailureStatus : HealthStatus.Degraded, description, data: data);
    }
}
