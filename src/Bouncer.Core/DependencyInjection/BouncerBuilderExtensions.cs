using System.Diagnostics.CodeAnalysis;
using Bouncer;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What can be added to a bouncer in any host.</summary>
public static class BouncerBuilderExtensions
{
    /// <summary>Makes a remediation known and gives it its place in the order; naming one again replaces its number.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength: ban is 1000, mfa 300, captcha 200, throttle 100; at least 1.</param>
    public static IBouncerBuilder DefineRemediation(this IBouncerBuilder builder, Remediation remediation, int severity) => throw new NotImplementedException();

    /// <summary>Adds a sink that is told every change of the decisions held.</summary>
    /// <typeparam name="TSink">The sink; one instance is made.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder AddDecisionSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>(this IBouncerBuilder builder)
        where TSink : class, IDecisionSink => throw new NotImplementedException();

    /// <summary>Gives access to the HTTP client that calls LAPI, for handlers of your own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Adds to the client.</param>
    public static IBouncerBuilder ConfigureLapiHttpClient(this IBouncerBuilder builder, Action<IHttpClientBuilder> configure) => throw new NotImplementedException();
}
