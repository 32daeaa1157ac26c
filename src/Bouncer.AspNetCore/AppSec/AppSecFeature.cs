using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.AppSec;

internal static class AppSecFeature
{
    internal static void AddAppSecInspection(this IServiceCollection services)
    {
        services.AddSingleton(static provider => FeatureSettings.Of(source => AppSecSettings.Create(source, provider.GetRequiredService<BodyBudget>())));
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<AppSecKey>();
        services.AddSingleton<AppSecClient>();
        services.AddSingleton<AppSecMonitor>();
        services.AddSingleton<AppSecInspector>();
        services.AddSingleton<ChallengeHandler>();
        services.AddSingleton(RemediationRegistration.Of<ChallengeHandler>(ChallengeHandler.Challenge));
        services.AddBouncerHealthCheck<AppSecHealthCheck>("bouncer-appsec");
    }
}
