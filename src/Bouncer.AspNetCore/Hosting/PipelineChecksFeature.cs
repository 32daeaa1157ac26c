using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Hosting;

internal static class PipelineChecksFeature
{
    internal static void AddPipelineChecks(this IServiceCollection services)
    {
        services.AddSingleton(static _ => new BouncerPipelineStatus());
        services.AddSingleton<PipelineWatch>();
        services.AddSingleton<PipelineCheck>();
        services.AddSingleton<ProxyTrustCheck>();
        services.AddSingleton<PassByRules>();
        services.AddSingleton<PassByWatch>();
        services.AddSingleton<IStartupFilter, PassByFilter>();
        services.AddHostedService<PipelineCheckService>();
        services.AddHostedService<RuleCheck>();
    }
}
