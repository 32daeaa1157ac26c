using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.OpenConnections;

internal static class OpenConnectionsFeature
{
    internal static void AddOpenConnections(this IServiceCollection services)
    {
        services.AddSingleton<OpenRequests>();
        services.AddSingleton<OpenClientEvaluator>();
        services.AddSingleton<OpenRequestSweep>();
        services.AddHostedService<OpenRequestWatch>();
    }
}
