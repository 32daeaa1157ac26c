using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The registration of a captcha provider: its name and its factory.</summary>
internal sealed record CaptchaProviderRegistration(string Name, Func<IServiceProvider, ICaptchaProvider> Create)
{
    /// <summary>Registers a provider that is a service itself.</summary>
    internal static CaptchaProviderRegistration Of<TProvider>(string name)
        where TProvider : class, ICaptchaProvider => new(name, static services => services.GetRequiredService<TProvider>());
}
