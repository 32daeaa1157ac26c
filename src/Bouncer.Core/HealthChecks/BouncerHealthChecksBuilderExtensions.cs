using System.Diagnostics.CodeAnalysis;
using Bouncer.HealthChecks;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the bouncer to the health checks.</summary>
public static class BouncerHealthChecksBuilderExtensions
{
    /// <summary>Adds a check of the synchronisation with LAPI, and those of adapters: <c>bouncer-pipeline</c> in a web application,
    /// <c>bouncer-firewall</c> with a firewall. They read statuses in memory and make no calls.</summary>
    /// <remarks>The first check is healthy while pulls succeed. It is degraded when they are late by three intervals, a tenth of
    /// the list or of an answer was unusable, the filters match no decision, or a large part of the internet is trusted. It has
    /// <paramref name="failureStatus"/> when no synchronisation ever succeeded, LAPI refuses the key, or the decisions are older
    /// than <see cref="Bouncer.SyncOptions.MaxStaleness"/>.</remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the first check; those of adapters keep theirs.</param>
    /// <param name="failureStatus">What a failure of any of them counts as; unhealthy when null.</param>
    /// <param name="tags">Tags of all of them, to filter checks by.</param>
    public static IHealthChecksBuilder AddBouncer(this IHealthChecksBuilder builder, string name = "bouncer", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        string[] all = [.. tags ?? []];
        builder.Services.AddOptions<HealthCheckServiceOptions>().Configure<IEnumerable<AdapterHealthCheck>>((options, adapters) =>
        {
            foreach (var adapter in adapters.Where(adapter => options.Registrations.All(other => other.Name != adapter.Name)))
            {
                options.Registrations.Add(new HealthCheckRegistration(adapter.Name, adapter.Create, failureStatus, all));
            }
        });
        return builder.AddCheck<BouncerHealthCheck>(name, failureStatus, all);
    }

    /// <summary>Registers the health check of an adapter, which <see cref="AddBouncer"/> then adds. A second call with the same
    /// name does nothing.</summary>
    /// <typeparam name="TCheck">The check. Its constructor parameters are resolved from the services.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="name">The check's name.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IServiceCollection AddBouncerHealthCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>(
        this IServiceCollection services, string name)
        where TCheck : class, IHealthCheck
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        services.TryAddSingleton<TCheck>();
        if (services.All(service => (service.ImplementationInstance as AdapterHealthCheck)?.Name != name))
        {
            services.AddSingleton(new AdapterHealthCheck(name, static provider => provider.GetRequiredService<TCheck>()));
        }

        return services;
    }
}
