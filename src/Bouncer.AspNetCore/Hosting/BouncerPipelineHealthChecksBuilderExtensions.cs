using Bouncer.AspNetCore.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the bouncer's place in the pipeline to the health checks.</summary>
public static class BouncerPipelineHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that reports a pipeline in which the bouncer cannot see clients or endpoints as they are; its
    /// data has <c>proxyTrust</c>, which is <c>all</c> if X-Forwarded-For is believed from everybody or a good part of the
    /// internet. Needs <c>AddBouncer</c>.</summary>
    /// <remarks>Degraded for a bouncer in the wrong place and for such trust; <paramref name="failureStatus"/> when requests pass
    /// the bouncer by. No finding is worse than <paramref name="failureStatus"/>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What a failure counts as; unhealthy when null.</param>
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
