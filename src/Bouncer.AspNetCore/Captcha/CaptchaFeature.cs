using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Captcha;

internal static class CaptchaFeature
{
    internal static void AddCaptcha(this IServiceCollection services)
    {
        services.AddSingleton(FeatureSettings.Of(CaptchaSettings.Create));
        services.AddSingleton(FeatureSettings.Of(SiteVerifySettings.Create));
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, CaptchaProviderValidator>();
        services.AddCaptchaProviders();
        services.AddSingleton<CaptchaProviderNames>();
        services.AddSingleton<CaptchaProviders>();
        services.AddSingleton<CaptchaFaults>();
        services.AddSingleton<CaptchaDesk>();
        services.AddSingleton<CaptchaLimiter>();
        services.AddSingleton<CaptchaScreen>();
        services.AddSingleton<WaitTickets>();
        services.AddSingleton<WaitBounds>();
        services.AddSingleton<SpentWaits>();
        services.AddSingleton<WaitProvider>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<ChallengeProblem>();
        services.AddSingleton<CaptchaHandler>();
        services.AddSingleton<IOwnPage, CaptchaPage>();
        services.AddSingleton<IOwnPage, CaptchaTaskPage>();
        services.AddSingleton(RemediationRegistration.Of<CaptchaHandler>(Remediation.Captcha));
    }

    /// <summary>Adds the built-in providers, once.</summary>
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
            services.AddSingleton<ICaptchaProvider>(provider => Create(service, provider));
        }
    }

    private static SiteVerifyProvider Create(SiteVerifyService service, IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<HttpSettingsProvider>();
        return new SiteVerifyProvider(
            service,
            () => settings.Current.Of<SiteVerifySettings>(),
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<TimeProvider>());
    }
}
