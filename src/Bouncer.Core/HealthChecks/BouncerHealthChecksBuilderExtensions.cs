using Bouncer.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the bouncer to the health checks.</summary>
public static class BouncerHealthChecksBuilderExtensions
{
    /// <summary>Adds a check of the synchronisation with LAPI. It reads a status in memory and makes no calls.</summary>
    /// <remarks>Healthy while pulls succeed; degraded when they are late by three intervals, a tenth of the list or of an answer
    /// was unusable, the filters match no decision, or a large part of the internet is trusted;
    /// <paramref name="failureStatus"/> when no synchronisation ever succeeded, LAPI refuses the key, or the decisions are older
    /// than <see cref="Bouncer.SyncOptions.MaxStaleness"/>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What a failure counts as; unhealthy when null.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    public static IHealthChecksBuilder AddBouncer(this IHealthChecksBuilder builder, string name = "bouncer", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<BouncerHealthCheck>(name, failureStatus, tags ?? []);
    }
}
