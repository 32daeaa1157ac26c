using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Captcha.Waiting;
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
        // Providers are resolved when settings are first read, not here: one may need a service that needs the settings.
        services.AddSingleton(static provider => FeatureSettings.Of(
            source => CaptchaSettings.Create(source, provider.GetRequiredService<CaptchaProviders>())));
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, CaptchaProviderValidator>();
        services.AddLocalCaptcha();
        services.AddSiteVerifyApi();
        services.AddHostedService<SiteVerifyNotice>();
        services.AddSingleton<CaptchaProviders>();
        services.AddSingleton<CaptchaProviderInvoker>();
        services.AddSingleton<CaptchaLimiter>();
        services.AddSingleton<CaptchaPageRenderer>();
        services.AddSingleton<WaitTickets>();
        services.AddSingleton<WaitBounds>();
        services.AddSingleton<SpentWaits>();
        services.AddSingleton<WaitProvider>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<CaptchaHandler>();
        services.AddSingleton<IBouncerEndpoint, CaptchaEndpoint>();
        services.AddSingleton<IBouncerEndpoint, CaptchaChallengeEndpoint>();
        services.AddSingleton(RemediationRegistration.Of<CaptchaHandler>(Remediation.Captcha));
    }

    private static void AddLocalCaptcha(this IServiceCollection services)
    {
        services.TryAddSingleton<IChallengeReplayStore>(static provider => new ChallengeReplayStore(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ChallengeReplayStore>>()));
        services.AddSingleton<ChallengeSeal>();
        services.AddSingleton<ChallengeIssuer>();
        services.AddSingleton<SolutionVerifier>();
        services.AddSingleton<SolveCounter>();
        services.AddSingleton<LocalCaptchaProvider>();
        services.AddSingleton(CaptchaProviderRegistration.Of<LocalCaptchaProvider>(CaptchaProviders.LocalName));
    }
}
