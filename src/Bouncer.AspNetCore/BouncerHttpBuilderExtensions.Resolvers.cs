using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Scopes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class BouncerHttpBuilderExtensions
{
    /// <summary>Replaces the resolver of the client's address.</summary>
    /// <typeparam name="TResolver">The resolver; one instance is created.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder SetClientAddressResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this IBouncerBuilder builder)
        where TResolver : class, IClientAddressResolver =>
        builder.Set(ServiceDescriptor.Singleton<IClientAddressResolver, TResolver>());

    /// <summary>Replaces the resolver of the client's address.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="resolver">The resolver. It is not disposed.</param>
    public static IBouncerBuilder SetClientAddressResolver(this IBouncerBuilder builder, IClientAddressResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return builder.Set(ServiceDescriptor.Singleton(resolver));
    }

    /// <summary>Replaces the resolver of the client's address.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="resolve">Finds the address, as <see cref="IClientAddressResolver.GetClientAddress"/> does.</param>
    public static IBouncerBuilder SetClientAddressResolver(this IBouncerBuilder builder, Func<HttpContext, IPAddress?> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return builder.SetClientAddressResolver(new DelegateAddressResolver(resolve));
    }

    /// <summary>Adds a source of policies for endpoints without their own metadata. The first one that returns a result
    /// wins.</summary>
    /// <typeparam name="TResolver">The resolver; one instance is created.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder AddPolicyResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this IBouncerBuilder builder)
        where TResolver : class, IBouncerPolicyResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IBouncerPolicyResolver, TResolver>());
        return builder;
    }

    /// <summary>Adds a source of policies for endpoints without their own metadata. The first one that returns a result
    /// wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="resolver">The resolver. It is not disposed.</param>
    public static IBouncerBuilder AddPolicyResolver(this IBouncerBuilder builder, IBouncerPolicyResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(resolver);
        builder.Services.AddBouncerHttp();
        builder.Services.AddSingleton(resolver);
        return builder;
    }

    /// <summary>Adds a source of policies for endpoints without their own metadata. The first one that returns a result
    /// wins.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="resolve">Finds the policy, as <see cref="IBouncerPolicyResolver.Resolve"/> does.</param>
    public static IBouncerBuilder AddPolicyResolver(this IBouncerBuilder builder, Func<Endpoint, IBouncerMetadata?> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return builder.AddPolicyResolver(new DelegatePolicyResolver(resolve));
    }

    /// <summary>Adds a scope by which clients are checked in addition to their address. Its decisions are then requested from
    /// LAPI.</summary>
    /// <typeparam name="TResolver">Finds a client's value; one instance is created, unless its type is registered otherwise.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="scope">The scope; not <c>ip</c> or <c>range</c>.</param>
    /// <exception cref="ArgumentException">The scope is one of addresses, which an <see cref="IClientAddressResolver"/>
    /// finds.</exception>
    public static IBouncerBuilder AddScopeResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this IBouncerBuilder builder, DecisionScope scope)
        where TResolver : class, IScopeResolver
    {
        builder.AddScope(scope, static provider => provider.GetRequiredService<TResolver>());
        builder.Services.TryAddSingleton<TResolver>();
        return builder;
    }

    /// <summary>Adds a scope by which clients are checked in addition to their address. Its decisions are then requested from
    /// LAPI.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="scope">The scope; not <c>ip</c> or <c>range</c>.</param>
    /// <param name="resolver">Finds a client's value. It is not disposed.</param>
    /// <exception cref="ArgumentException">The scope is one of addresses, which an <see cref="IClientAddressResolver"/> finds.</exception>
    public static IBouncerBuilder AddScopeResolver(this IBouncerBuilder builder, DecisionScope scope, IScopeResolver resolver)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return builder.AddScope(scope, _ => resolver);
    }

    /// <summary>Adds a scope by which clients are checked in addition to their address. Its decisions are then requested from
    /// LAPI.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="scope">The scope; not <c>ip</c> or <c>range</c>.</param>
    /// <param name="resolve">Finds a client's value, as <see cref="IScopeResolver.ResolveAsync"/> does.</param>
    /// <exception cref="ArgumentException">The scope is one of addresses, which an <see cref="IClientAddressResolver"/> finds.</exception>
    public static IBouncerBuilder AddScopeResolver(
        this IBouncerBuilder builder, DecisionScope scope, Func<HttpContext, CancellationToken, ValueTask<string?>> resolve)
    {
        ArgumentNullException.ThrowIfNull(resolve);
        return builder.AddScopeResolver(scope, new DelegateScopeResolver(resolve));
    }

    private static IBouncerBuilder AddScope(this IBouncerBuilder builder, DecisionScope scope, Func<IServiceProvider, IScopeResolver> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (scope.IsAddress)
        {
            throw new ArgumentException($"The scope '{scope}' is one of addresses: use SetClientAddressResolver to replace how the client's address is found.", nameof(scope));
        }

        builder.Services.AddBouncerHttp();
        builder.Services.AddSingleton(ScopeRegistration.Of(scope, create));
        return builder;
    }

    private static IBouncerBuilder Set(this IBouncerBuilder builder, ServiceDescriptor resolver)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.Replace(resolver);
        return builder;
    }
}
