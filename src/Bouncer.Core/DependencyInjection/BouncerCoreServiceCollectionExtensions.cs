using Bouncer;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the bouncer's engine: synchronisation, decision store and <see cref="IBouncer"/>.</summary>
public static class BouncerCoreServiceCollectionExtensions
{
    /// <summary>Registers the engine with the settings of section <c>Bouncer</c> of the host's configuration.</summary>
    /// <param name="services">The services.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services) => throw new NotImplementedException();

    /// <summary>Registers the engine with the settings of a section.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section that holds <c>Lapi</c>, <c>Sync</c> and the rest.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services, IConfiguration section) => throw new NotImplementedException();

    /// <summary>Registers the engine with settings made in code.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IBouncerBuilder AddBouncerCore(this IServiceCollection services, Action<BouncerOptions> configure) => throw new NotImplementedException();
}
