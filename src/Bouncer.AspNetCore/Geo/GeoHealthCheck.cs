using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Reports a database whose file cannot be used any more.</summary>
internal sealed class GeoHealthCheck(HttpSettingsProvider settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        GeoFile[] databases = [.. settings.Current.Of<GeoSettings>().Databases];
        var data = new Dictionary<string, object> { ["used"] = databases.Length > 0 };
        if (Array.Find(databases, static database => database.Fault is not null) is not { Fault: { } fault } broken)
        {
            return Task.FromResult(HealthCheckResult.Healthy(data: data));
        }

        data["fault"] = fault;
        var failure = context.Registration.FailureStatus;
        return Task.FromResult(new HealthCheckResult(
            failure > HealthStatus.Degraded ? failure : HealthStatus.Degraded, $"The database {broken.Path} cannot be used, so an older one stays in use.", data: data));
    }
}
