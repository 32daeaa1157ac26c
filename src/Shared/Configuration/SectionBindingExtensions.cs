using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

internal static class SectionBindingExtensions
{
    /// <summary>The sections of the packages that belong together; one of them may be without another's package, and its file is
    /// still the same.</summary>
    private static readonly AdapterSection[] Siblings = [new("Http"), new("Proxies"), new("Firewall")];

    /// <summary>Fills options from a section of the bouncer's own, and has them say what is wrong with its form.</summary>
    /// <param name="services">The services.</param>
    /// <param name="root">Finds the bouncer's section.</param>
    /// <param name="key">The key of the section in it, or empty for itself.</param>
    /// <param name="bind">Calls the configuration binder.</param>
    /// <param name="unlessBound">Whether a section that is bound to these options already takes this one's place.</param>
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
