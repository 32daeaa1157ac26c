using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bouncer.HealthChecks;

/// <summary>Reports the synchronisation from its status; never calls LAPI.</summary>
internal sealed class BouncerHealthCheck(IBouncer bouncer, IOptions<BouncerOptions> options, TimeProvider time) : IHealthCheck
{
    private const int LatePulls = 3;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = bouncer.Status;
        var data = new Dictionary<string, object>
        {
            ["mode"] = status.Mode.ToString(),
            ["decisions"] = status.DecisionCount,
            ["consecutiveFailures"] = status.ConsecutiveFailures,
            ["skippedDecisions"] = status.SkippedDecisions,
            ["doubtedDecisions"] = status.DoubtedDecisions,
            ["keyShared"] = status.IsKeyShared,
        };
        if (status.LastSuccess is { } last)
        {
            data["lastSuccess"] = last;
        }

        if (status.LastError is { } error)
        {
            data["lastError"] = error;
        }

        return Task.FromResult(new HealthCheckResult(Judge(status, context.Registration.FailureStatus), status.LastError, data: data));
    }

    private HealthStatus Judge(BouncerStatus status, HealthStatus failure)
    {
        if (!status.IsReady || status.IsAccessForbidden || status.IsStale)
        {
            return failure;
        }

        var isLate = status.Mode == BouncerMode.Stream
            && status.LastSuccess is { } last
            && time.GetUtcNow() - last > LatePulls * options.Value.Sync.Interval;
        return isLate || status.IsDegraded || status.ConsecutiveFailures >= LatePulls ? HealthStatus.Degraded : HealthStatus.Healthy;
    }
}
