using System.Diagnostics.CodeAnalysis;
using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What can be added to a bouncer in a web application.</summary>
public static class BouncerHttpBuilderExtensions
{
    /// <summary>Changes the web layer's options, after the configuration was read.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static IBouncerBuilder ConfigureHttp(this IBouncerBuilder builder, Action<BouncerHttpOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>Defines a policy, or adds to the one the configuration has under that name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The policy's name; compared without case.</param>
    /// <param name="configure">Writes the policy.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddPolicy(this IBouncerBuilder builder, string name, Action<BouncerPolicyBuilder> configure)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.ConfigureHttp(options => configure(new BouncerPolicyBuilder(options.Policy(name))));
    }

    /// <summary>Makes a remediation known to the engine and has a handler carry it out. Naming one again, a built-in one
    /// too, replaces its handler.</summary>
    /// <typeparam name="THandler">The handler; one instance is made, unless its type is registered otherwise.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="remediation">The remediation; not none.</param>
    /// <param name="severity">Its strength: ban is 1000, mfa 300, captcha 200, throttle 100; at least 1.</param>
    /// <exception cref="ArgumentException">The remediation is none, or the severity below 1.</exception>
    public static IBouncerBuilder AddRemediation<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IBouncerBuilder builder, Remediation remediation, int severity)
        where THandler : class, IRemediationHandler
    {
        builder.DefineRemediation(remediation, severity);
        builder.Services.AddBouncerHttp();
        builder.Services.TryAddSingleton<THandler>();
        builder.Services.AddSingleton(RemediationRegistration.Of<THandler>(remediation));
        return builder;
    }

    /// <summary>Adds a captcha provider that settings choose by its name. Of several with one name the last added counts, so this
    /// can replace the built-in <c>local</c>.</summary>
    /// <typeparam name="TProvider">The provider; one instance is made, unless its type is registered otherwise.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; compared without case. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name stops the start.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider>(
        this IBouncerBuilder builder, string name)
        where TProvider : class, ICaptchaProvider
    {
        builder.AddCaptchaProvider(name, CaptchaProviderRegistration.Of<TProvider>);
        builder.Services.TryAddSingleton<TProvider>();
        return builder;
    }

    /// <summary>Adds a captcha provider that settings choose by its name. Of several with one name the last added counts, so this
    /// can replace the built-in <c>local</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; compared without case. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name stops the start.</param>
    /// <param name="provider">The provider. It is not disposed.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider(this IBouncerBuilder builder, string name, ICaptchaProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return builder.AddCaptchaProvider(name, named => new CaptchaProviderRegistration(named, _ => provider));
    }

    /// <summary>Adds a captcha provider that settings choose by its name. Of several with one name the last added counts, so this
    /// can replace the built-in <c>local</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; compared without case. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name stops the start.</param>
    /// <param name="create">Makes the provider from the application's services; called once. The application's services dispose
    /// it at their end.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider(this IBouncerBuilder builder, string name, Func<IServiceProvider, ICaptchaProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);

        // As a service it is disposed with all others; its key keeps it apart from every other one.
        var key = new object();
        builder.AddCaptchaProvider(name, named => new CaptchaProviderRegistration(named, services => services.GetRequiredKeyedService<ICaptchaProvider>(key)));
        builder.Services.AddKeyedSingleton(key, (services, _) => create(services));
        return builder;
    }

    private static IBouncerBuilder AddCaptchaProvider(this IBouncerBuilder builder, string name, Func<string, CaptchaProviderRegistration> register)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.Services.AddBouncerHttp();
        builder.Services.AddSingleton(register(name));
        return builder;
    }

    /// <summary>Replaces how the client's address is found.</summary>
    /// <typeparam name="TResolver">The resolver; one instance is made.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IBouncerBuilder AddClientAddressResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this IBouncerBuilder builder)
        where TResolver : class, IClientAddressResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddBouncerHttp();
        builder.Services.Replace(ServiceDescriptor.Singleton<IClientAddressResolver, TResolver>());
        return builder;
    }

    /// <summary>Adds a source of policies for endpoints without metadata of their own.</summary>
    /// <typeparam name="TResolver">The resolver; one instance is made.</typeparam>
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

    /// <summary>Has clients judged by another value than their address too, and LAPI asked for decisions on such values.</summary>
    /// <typeparam name="TResolver">Finds the value; one instance is made.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="scope">The scope of the decisions; not <c>ip</c> or <c>range</c>.</param>
    /// <exception cref="ArgumentException">The scope is one of addresses, which an <see cref="IClientAddressResolver"/> finds.</exception>
    public static IBouncerBuilder AddScopeResolver<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TResolver>(
        this IBouncerBuilder builder, DecisionScope scope)
        where TResolver : class, IScopeResolver
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (scope.IsAddress)
        {
            throw new ArgumentException($"The scope '{scope}' is one of addresses: replace how the client's address is found with AddClientAddressResolver.", nameof(scope));
        }

        builder.Services.AddBouncerHttp();
        builder.Services.TryAddSingleton<TResolver>();
        builder.Services.AddSingleton(new ScopeRegistration(scope, static provider => provider.GetRequiredService<TResolver>()));
        return builder;
    }
}
