using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Has the endpoints of Kestrel's configuration that <c>Bouncer:Proxies:ProxyProtocol</c> names expect the PROXY
/// protocol.</summary>
internal static class ProxyProtocolEndpoints
{
    /// <summary>Before the server starts: it reads its configuration then.</summary>
    /// <exception cref="OptionsValidationException">A name is none of Kestrel's endpoints.</exception>
    internal static void Apply(IServiceProvider application, IServiceProvider bouncer)
    {
        if (bouncer.GetRequiredService<IOptions<ProxyOptions>>().Value.ProxyProtocol is not { Count: > 0 } names)
        {
            return;
        }

        if (application.GetService<IOptions<KestrelServerOptions>>()?.Value.ConfigurationLoader is not { } loader)
        {
            throw new OptionsValidationException(
                "ProxyProtocol",
                typeof(ProxyOptions),
                ["Bouncer:Proxies:ProxyProtocol names endpoints, and the server does not read them from the section Kestrel. Use Kestrel as WebApplication sets it up, or call UseProxyProtocol() on the endpoints in code."]);
        }

        foreach (var name in names)
        {
            if (!loader.Configuration.GetSection("Endpoints").GetSection(name).Exists())
            {
                throw new OptionsValidationException(
                    "ProxyProtocol",
                    typeof(ProxyOptions),
                    [$"Bouncer:Proxies:ProxyProtocol names '{name}', and there is no Kestrel:Endpoints:{name}. Give the endpoint in the configuration, or call UseProxyProtocol() on it in code."]);
            }

            loader.Endpoint(name, endpoint => endpoint.ListenOptions.UseProxyProtocol());
        }
    }
}
