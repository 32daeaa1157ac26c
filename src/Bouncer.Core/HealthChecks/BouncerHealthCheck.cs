using Bouncer.Net;
using Bouncer.Settings;
using Bouncer.Sync;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Bouncer.HealthChecks;

/// <summary>Checks the status of the synchronisation; never calls LAPI.</summary>
internal sealed class BouncerHealthCheck(IBouncer bouncer, IOptionsMonitor<BouncerOptions> options, TimeProvider time) : IHealthCheck
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
            ["fromSnapshot"] = status.IsFromSnapshot,
            ["failedOver"] = status.HasFailedOver,
        };
        if (status.Lapi is { } lapi)
        {
            data["lapi"] = lapi.OriginalString;
        }

        if (status.LastSuccess is { } last)
        {
            data["lastSuccess"] = last;
        }

        if (status.LastError is { } error)
        {
            data["lastError"] = error;
        }

        var gap = FindGap(status);
        var description = status.LastError ?? gap ?? (status.Mode == BouncerMode.Off ? "Decisions are not used, because Bouncer:Sync:Mode is Off." : null);
        return Task.FromResult(new HealthCheckResult(Judge(status, gap, context.Registration.FailureStatus), description, data: data));
    }

    /// <summary>Why clients may pass that should not, or what has failed, although the synchronisation works; null for
    /// nothing.</summary>
    private string? FindGap(BouncerStatus status)
    {
        var settings = options.CurrentValue;
        if (settings.TrustedNetworks?.FirstOrDefault(static text => IpParser.TryParsePrefix(text, out var network) && network.IsWide) is { } wide)
        {
            return $"Bouncer:TrustedNetworks holds {wide}, a good part of the internet: no client there is refused.";
        }

        if (LapiServer.AllOf(settings.Lapi).FirstOrDefault(static server => server.Options.Tls.SkipVerification) is { } unverified)
        {
            return $"{unverified.Section}:Tls:SkipVerification is on: LAPI's certificate is not verified, so anyone on the way to LAPI can change decisions.";
        }

        if (status.HasFailedOver)
        {
            return $"LAPI at {status.Lapi} is used, because one that comes before it in Bouncer:Lapi fails.";
        }

        return status is { LastFullSync: not null, DecisionCount: 0 } && SyncFilters.Describe(settings.Sync).Length > 0
            ? "The filters of Bouncer:Sync leave no decision at all, so no client is refused."
            : null;
    }

    private HealthStatus Judge(BouncerStatus status, string? gap, HealthStatus failure)
    {
        if (!status.IsReady || status.IsAccessForbidden || status.IsStale)
        {
            return failure;
        }

        var isLate = status.Mode == BouncerMode.Stream
            && status.LastSuccess is { } last
            && time.GetUtcNow() - last > LatePulls * options.CurrentValue.Sync.Interval;
        var isUnreached = status is { Mode: BouncerMode.Live, LastSuccess: null, ConsecutiveFailures: > 0 };
        return status.IsFromSnapshot || isLate || isUnreached || gap is not null || status.IsDegraded || status.ConsecutiveFailures >= LatePulls ? HealthStatus.Degraded : HealthStatus.Healthy;
    }
}
