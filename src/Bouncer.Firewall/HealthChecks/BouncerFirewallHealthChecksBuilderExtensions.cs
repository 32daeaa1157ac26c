using Bouncer.Firewall.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the firewall to the health checks.</summary>
public static class BouncerFirewallHealthChecksBuilderExtensions
{
    /// <summary>Adds a check of the firewall. It reads a status in memory and never looks at the firewall.</summary>
    /// <remarks>Healthy when the decisions are in force, and in a dry run; degraded when the last attempt to write failed or the
    /// firewall refuses some networks; <paramref name="failureStatus"/> when they never were in force since the start.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What a failure counts as; unhealthy when null.</param>
    /// <param name="tags">Tags to filter checks by.</param>
    public static IHealthChecksBuilder AddBouncerFirewall(this IHealthChecksBuilder builder, string name = "bouncer-firewall", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<FirewallHealthCheck>(name, failureStatus, tags ?? []);
    }
}
