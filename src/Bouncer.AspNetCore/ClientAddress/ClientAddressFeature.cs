using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

internal static class ClientAddressFeature
{
    internal static void AddClientAddress(this IServiceCollection services)
    {
        services.TryAddSingleton<IClientAddressResolver, ConnectionAddressResolver>();
        services.AddOptionsWithValidateOnStart<ProxyOptions>();
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        services.AddSingleton(new AdapterSection("Proxies:ProxyProtocol") { IsReadOnce = true });
        services.AddSingleton<KnownProxies>();
        services.AddSingleton<ProxyTrustMonitor>();
        services.AddSingleton<AddressNotices>();
        services.AddSingleton<ForwardedWalk>();
        services.AddSingleton(FeatureSettings.Of(UnresolvedSettings.Create));
        services.AddSingleton<UnresolvedHandler>();
        services.AddSingleton(RemediationRegistration.Of<UnresolvedHandler>(UnresolvedRemediation.Refuse));

        // The first filter in the list is the first in the pipeline: before the host's own for the framework's walk.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, ForwardedWalkFilter>());
    }
}
