using Bouncer;
using Bouncer.Yarp;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the bouncer to a YARP proxy.</summary>
public static class BouncerReverseProxyBuilderExtensions
{
    /// <summary>Registers the bouncer for the proxy's routes. Call <c>app.UseBouncer()</c> before <c>app.MapReverseProxy()</c> to
    /// add it to the pipeline; otherwise the proxy does not start.</summary>
    /// <remarks> Reads section <c>Bouncer</c> of the configuration, unless <c>AddBouncer</c> was called on the services before;
    /// then those settings apply. A route's metadata choose its policy (<see cref="RouteMetadataKeys"/>). A configuration with an
    /// error there is refused as a whole; after a reload, the old routes stay. Forwarded requests contain the verdict
    /// (<see cref="YarpBouncerOptions.VerdictHeaderName"/>); refused ones never open a connection to the upstream. Calling it again
    /// only adds options. </remarks>
    /// <param name="builder">The proxy.</param>
    /// <param name="configure">Sets the options.</param>
    public static IReverseProxyBuilder AddBouncer(this IReverseProxyBuilder builder, Action<YarpBouncerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var isRegistered = services.Any(service => service.ServiceType == typeof(IBouncer));
        var bouncer = isRegistered ? services.AddBouncer(static _ => { }) : services.AddBouncer();
        bouncer.AddPolicyResolver<RouteMetadataPolicyResolver>();

        var options = services.AddOptionsWithValidateOnStart<YarpBouncerOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<YarpBouncerOptions>, YarpBouncerOptionsValidator>());
        services.TryAddSingleton<BouncerRouteValidator>();
        if (services.All(service => service.ImplementationType != typeof(VerdictTransformProvider)))
        {
            builder.AddTransforms<VerdictTransformProvider>();
        }

        return builder;
    }
}
