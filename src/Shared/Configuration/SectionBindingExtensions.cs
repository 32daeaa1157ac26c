using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

internal static class SectionBindingExtensions
{
    /// <summary>The sections of the related packages. A program may lack one of the packages although its configuration file
    /// contains the section.</summary>
    private static readonly AdapterSection[] Siblings = [new("Http"), new("Proxies"), new("Firewall"), new("Journal")];

    /// <summary>Binds options to a section of the bouncer's section, and reports errors in its form during validation.</summary>
    /// <param name="services">The services.</param>
    /// <param name="root">Finds the bouncer's section.</param>
    /// <param name="key">The key of the section in it; empty for the bouncer's section itself.</param>
    /// <param name="bind">Calls the configuration binder.</param>
    /// <param name="unlessBound">Whether a section that is already bound to these options replaces this one.</param>
    internal static void BindSection<TOptions>(
        this IServiceCollection services, Func<IServiceProvider, IConfiguration> root, string key, Action<CleanSection, TOptions> bind, bool unlessBound = false)
        where TOptions : class
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, SectionValidator<TOptions>>());
        var binder = ServiceDescriptor.Singleton<IConfigureOptions<TOptions>, SectionBinder<TOptions>>(
            provider => new SectionBinder<TOptions>(root(provider), key, bind, [.. provider.GetServices<AdapterSection>(), .. Siblings]));
        if (unlessBound)
        {
            services.TryAddEnumerable(binder);
        }
        else
        {
            services.Add(binder);
        }
    }
}
