using System.Diagnostics.CodeAnalysis;
using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class BouncerHttpBuilderExtensions
{
    /// <summary>Defines a remediation and its handler. Defining one again, even a built-in one, replaces its handler.</summary>
    /// <typeparam name="THandler">The handler. One instance is created, unless its type is registered otherwise.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength, at least 1. Ban has 1000, mfa 300, captcha 200 and throttle 100.</param>
    /// <exception cref="ArgumentException">The remediation is none, or the severity below 1.</exception>
    public static IBouncerBuilder AddRemediation<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IBouncerBuilder builder, Remediation remediation, int severity)
        where THandler : class, IRemediationHandler
    {
        builder.DefineRemediation(remediation, severity);
        builder.Services.TryAddSingleton<THandler>();
        return builder.Register(RemediationRegistration.Of<THandler>(remediation));
    }

    /// <summary>Defines a remediation and its handler. Defining one again, even a built-in one, replaces its handler.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength, at least 1. Ban has 1000, mfa 300, captcha 200 and throttle 100.</param>
    /// <param name="handler">The handler. It is not disposed.</param>
    /// <exception cref="ArgumentException">The remediation is none, or the severity below 1.</exception>
    public static IBouncerBuilder AddRemediation(this IBouncerBuilder builder, Remediation remediation, int severity, IRemediationHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        builder.DefineRemediation(remediation, severity);
        return builder.Register(new RemediationRegistration(remediation, _ => handler));
    }

    /// <summary>Defines a remediation and its handler. Defining one again, even a built-in one, replaces its handler.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength, at least 1. Ban has 1000, mfa 300, captcha 200 and throttle 100.</param>
    /// <param name="handle">Handles one request, as <see cref="IRemediationHandler.HandleAsync"/> does.</param>
    /// <exception cref="ArgumentException">The remediation is none, or the severity below 1.</exception>
    public static IBouncerBuilder AddRemediation(
        this IBouncerBuilder builder, Remediation remediation, int severity, Func<RemediationContext, ValueTask<RemediationResult>> handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return builder.AddRemediation(remediation, severity, new DelegateHandler(handle));
    }

    /// <summary>Adds an endpoint below <see cref="BouncerHttpOptions.PathPrefix"/>. Two with the same path prevent the
    /// start.</summary>
    /// <typeparam name="TEndpoint">The endpoint; one instance is created.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder AddEndpoint<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TEndpoint>(this IBouncerBuilder builder)
        where TEndpoint : class, IBouncerEndpoint
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBouncerEndpoint, TEndpoint>());
        return builder;
    }

    /// <summary>Adds an endpoint below <see cref="BouncerHttpOptions.PathPrefix"/>. Two with the same path prevent the
    /// start.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="endpoint">The endpoint. It is not disposed.</param>
    public static IBouncerBuilder AddEndpoint(this IBouncerBuilder builder, IBouncerEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        builder.Services.AddBouncerHttp();
        builder.Services.AddSingleton(endpoint);
        return builder;
    }

    /// <summary>Adds an endpoint below <see cref="BouncerHttpOptions.PathPrefix"/>. Two with the same path prevent the
    /// start.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The path below the prefix, as in <see cref="IBouncerEndpoint.Path"/>.</param>
    /// <param name="handle">Handles one request, as an <see cref="IBouncerEndpoint"/> does.</param>
    public static IBouncerBuilder AddEndpoint(this IBouncerBuilder builder, string path, Func<RemediationContext, ValueTask<RemediationResult>> handle)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(handle);
        return builder.AddEndpoint(new DelegateEndpoint(path, handle));
    }

    private static IBouncerBuilder Register(this IBouncerBuilder builder, RemediationRegistration registration)
    {
        builder.Services.AddBouncerHttp();
        builder.Services.AddSingleton(registration);
        return builder;
    }
}
