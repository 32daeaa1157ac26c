using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Throttle;

internal static class ThrottleFeature
{
    internal static void AddThrottle(this IServiceCollection services)
    {
        services.AddSingleton(FeatureSettings.Of(ThrottleSettings.Create));
        services.AddSingleton<ThrottleHandler>();
        services.AddSingleton(RemediationRegistration.Of<ThrottleHandler>(Remediation.Throttle));
    }
}
