using System.Diagnostics.CodeAnalysis;
using Bouncer;
using Bouncer.DependencyInjection;
using Bouncer.Lapi;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods for a bouncer in any host.</summary>
public static class BouncerBuilderExtensions
{
    /// <summary>Defines a remediation and its strength. Defining one again replaces its strength.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength: ban is 1000, mfa 300, captcha 200, throttle 100; at least 1.</param>
    /// <exception cref="ArgumentException">The remediation is none, or the severity below 1.</exception>
    public static IBouncerBuilder DefineRemediation(this IBouncerBuilder builder, Remediation remediation, int severity)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(severity, 1);
        if (remediation.IsNone)
        {
            throw new ArgumentException("'none' lets clients pass and cannot be defined; give the remediation another name.", nameof(remediation));
        }

        builder.Services.AddSingleton(new RemediationDefinition(remediation, severity));
        return builder;
    }

    /// <summary>Adds a sink that receives every change of the decisions held.</summary>
    /// <typeparam name="TSink">The sink; a singleton.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder AddDecisionSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this IBouncerBuilder builder)
        where TSink : class, IDecisionSink
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IDecisionSink, TSink>();
        return builder;
    }

    /// <summary>Configures the HTTP client that calls LAPI, for example with your own handlers.</summary>
    /// <remarks>The primary handler makes the connections: TLS, proxy, Unix socket. One of your own replaces all of that.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Configures the client.</param>
    public static IBouncerBuilder ConfigureLapiHttpClient(this IBouncerBuilder builder, Action<IHttpClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Services.AddHttpClient(LapiHttpClient.Name));
        return builder;
    }
}
