using System.Diagnostics.CodeAnalysis;
using Bouncer;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Captcha;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static partial class BouncerHttpBuilderExtensions
{
    /// <summary>Adds a captcha provider that settings can choose by its name. If several have the same name,
    /// the last one is used, so this can replace the built-in <c>local</c>.</summary>
    /// <typeparam name="TProvider">The provider; one instance is created, unless its type is registered otherwise.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; case-insensitive. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name prevents the start.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider>(
        this IBouncerBuilder builder, string name)
        where TProvider : class, ICaptchaProvider
    {
        builder.AddCaptchaProvider(name, CaptchaProviderRegistration.Of<TProvider>);
        builder.Services.TryAddSingleton<TProvider>();
        return builder;
    }

    /// <summary>Adds a captcha provider that settings can choose by its name. If several have the same name,
    /// the last one is used, so this can replace the built-in <c>local</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; case-insensitive. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name prevents the start.</param>
    /// <param name="provider">The provider. It is not disposed.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider(this IBouncerBuilder builder, string name, ICaptchaProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return builder.AddCaptchaProvider(name, named => new CaptchaProviderRegistration(named, _ => provider));
    }

    /// <summary>Adds a captcha provider that settings can choose by its name. If several have the same name,
    /// the last one is used, so this can replace the built-in <c>local</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name; case-insensitive. A section of <see cref="CaptchaOptions.Providers"/> with
    /// the same name prevents the start.</param>
    /// <param name="create">Creates the provider from the application's services; called once. The application's service provider
    /// disposes it.</param>
    /// <exception cref="ArgumentException">The name is empty or blank.</exception>
    public static IBouncerBuilder AddCaptchaProvider(this IBouncerBuilder builder, string name, Func<IServiceProvider, ICaptchaProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);

        // As a service it is disposed with all others; its key separates it from them.
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
}
