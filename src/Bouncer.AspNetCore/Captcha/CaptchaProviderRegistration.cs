using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The registration of a captcha provider: its name, and how it is made.</summary>
internal sealed record CaptchaProviderRegistration(string Name, Func<IServiceProvider, ICaptchaProvider> Create)
{
    /// <summary>A provider that is a service of its own.</summary>
    internal static CaptchaProviderRegistration Of<TProvider>(string name)
        where TProvider : class, ICaptchaProvider => new(name, static services => services.GetRequiredService<TProvider>());
}
