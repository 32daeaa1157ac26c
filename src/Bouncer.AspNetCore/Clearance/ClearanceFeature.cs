using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Clearance;

internal static class ClearanceFeature
{
    internal static void AddClearance(this IServiceCollection services)
    {
        if (services.All(service => service.ServiceType != typeof(IDataProtectionProvider)))
        {
            services.AddDataProtection();
        }

        services.AddSingleton<ClearanceProtector>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<ClearanceCookie>();
        services.AddSingleton<ClearanceKeys>();
    }
}
