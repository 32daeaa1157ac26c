using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.AppSec;

internal static class AppSecFeature
{
    internal static void AddAppSecInspection(this IServiceCollection services)
    {
        services.AddSingleton(FeatureSettings.Of(AppSecSettings.Create));
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<BodyTurns>();
        services.AddSingleton<BodyInspection>();
        services.AddSingleton<AppSecKey>();
        services.AddSingleton<IValidateOptions<BouncerOptions>, AppSecKeyValidator>();
        services.AddSingleton<AppSecClient>();
        services.AddSingleton<AppSecMonitor>();
        services.AddSingleton<AppSecInspector>();
        services.AddHostedService<AppSecTlsCheck>();
        services.AddHostedService<AppSecNotice>();
        services.AddSingleton<ChallengeHandler>();
        services.AddSingleton(RemediationRegistration.Of<ChallengeHandler>(ChallengeHandler.Challenge));
        services.AddBouncerHealthCheck<AppSecHealthCheck>("bouncer-appsec");
    }
}
