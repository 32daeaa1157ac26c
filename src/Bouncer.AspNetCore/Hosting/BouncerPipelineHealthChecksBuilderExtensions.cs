using Bouncer.AspNetCore.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check of the bouncer's place in the pipeline.</summary>
public static class BouncerPipelineHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that reports a pipeline in which the bouncer cannot see the actual clients or endpoints; its data
    /// has <c>proxyTrust</c>, which is <c>all</c> if X-Forwarded-For is trusted from every peer or a large part of the internet.
    /// Needs <c>AddBouncer</c>.</summary>
    /// <remarks>Degraded if the bouncer is in the wrong place or trusts too many proxies; <paramref name="failureStatus"/> if
    /// requests bypass the bouncer. No finding is worse than <paramref name="failureStatus"/>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">The status of a failure; unhealthy when null.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    public static IHealthChecksBuilder AddBouncerPipeline(
        this IHealthChecksBuilder builder,
        string name = "bouncer-pipeline",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<PipelineHealthCheck>(name, failureStatus, tags ?? []);
    }
}
