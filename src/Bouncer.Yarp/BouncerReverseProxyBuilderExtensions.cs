using Bouncer;
using Bouncer.Yarp;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the bouncer into a YARP proxy.</summary>
public static class BouncerReverseProxyBuilderExtensions
{
    /// <summary>Registers the bouncer for the proxy's routes; <c>app.UseBouncer()</c> before <c>app.MapReverseProxy()</c>
    /// puts it into the pipeline, and a proxy without that line does not start.</summary>
    /// <remarks>
    /// Reads section <c>Bouncer</c> of the configuration, unless <c>AddBouncer</c> was called on the services before: then
    /// those settings stand. A route's metadata choose its policy (<see cref="RouteMetadataKeys"/>); a configuration with a
    /// mistake there is refused as a whole, and after a reload the old routes stay. Requests that go on carry the verdict to
    /// the upstream (<see cref="YarpBouncerOptions.VerdictHeaderName"/>); refused ones never open a connection to it.
    /// Calling it again only adds options.
    /// </remarks>
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
