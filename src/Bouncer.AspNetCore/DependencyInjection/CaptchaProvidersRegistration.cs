using Bouncer.AspNetCore;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Captcha.ProofOfWork;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the built-in captcha providers.</summary>
internal static class CaptchaProvidersRegistration
{
    /// <summary>Adds them, once. The application's data protection and the settings of captcha services are registered
    /// elsewhere.</summary>
    internal static void AddCaptchaProviders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ISpentChallenges>(static provider => new SpentChallenges(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SpentChallenges>>()));
        if (services.Any(static service => service.ServiceType == typeof(ChallengeSeal)))
        {
            return;
        }

        services.AddSingleton<ChallengeSeal>();
        services.AddSingleton<ChallengeIssuer>();
        services.AddSingleton<SolutionVerifier>();
        services.TryAddSingleton<RateTable>();
        services.AddSingleton<RelapseTable>();
        services.AddSingleton<ICaptchaProvider, LocalCaptchaProvider>();
        services.AddHttpClient(SiteVerifyHttpClient.Name).ConfigureForSiteVerify();
        foreach (var service in SiteVerifyServices.All)
        {
            services.AddSingleton<ICaptchaProvider>(provider => new SiteVerifyProvider(
                service,
                provider.GetRequiredService<ISiteVerifySettingsSource>(),
                provider.GetRequiredService<IHttpClientFactory>(),
                provider.GetRequiredService<TimeProvider>()));
        }
    }
}
