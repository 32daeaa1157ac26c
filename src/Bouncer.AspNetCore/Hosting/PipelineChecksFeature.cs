using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

internal static class PipelineChecksFeature
{
    internal static void AddPipelineChecks(this IServiceCollection services)
    {
        services.AddSingleton<BouncerPipelineStatus>();
        services.AddSingleton<PipelineMonitor>();
        services.AddSingleton<EndpointPolicyCheck>();
        services.AddSingleton<PipelineCheck>();
        services.AddSingleton<ProxyTrustCheck>();
        services.AddSingleton<UncheckedRequestRules>();
        services.AddSingleton<UncheckedRequestMonitor>();
        services.AddSingleton<IStartupFilter, UncheckedRequestFilter>();
        services.AddBouncerHealthCheck<PipelineHealthCheck>("bouncer-pipeline");
        services.AddHostedService<PipelineCheckService>();
        services.AddHostedService<RuleCheck>();
    }
}
