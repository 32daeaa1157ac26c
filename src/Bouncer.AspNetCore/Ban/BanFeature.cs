using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Ban;

internal static class BanFeature
{
    internal static void AddBan(this IServiceCollection services)
    {
        services.AddSingleton(FeatureSettings.Of(BanSettings.Create));
        services.AddSingleton<BanHandler>();
        services.AddSingleton(RemediationRegistration.Of<BanHandler>(Remediation.Ban));
    }
}
