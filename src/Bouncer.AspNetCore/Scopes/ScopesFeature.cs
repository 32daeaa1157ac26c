using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Scopes;

internal static class ScopesFeature
{
    internal static void AddScopes(this IServiceCollection services)
    {
        services.AddSingleton<ScopesInUse>();
        services.AddSingleton<ScopeMatcher>();
        services.AddSingleton<IScopeChecker>(static provider => provider.GetRequiredService<ScopeMatcher>());
        services.AddSingleton<IPostConfigureOptions<BouncerOptions>, ScopeSubscription>();
    }
}
