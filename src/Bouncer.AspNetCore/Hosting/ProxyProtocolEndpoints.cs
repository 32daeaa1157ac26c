using Bouncer.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Enables the PROXY protocol on the endpoints of Kestrel's configuration that <c>Bouncer:Proxies:ProxyProtocol</c>
/// names.</summary>
internal static class ProxyProtocolEndpoints
{
    /// <summary>Must be called before the server starts, which is when it reads its configuration.</summary>
    /// <exception cref="OptionsValidationException">A name is not that of one of Kestrel's endpoints.</exception>
    internal static void Apply(IServiceProvider application, IServiceProvider bouncer)
    {
        var proxies = Read(bouncer);
        if (proxies.ProxyProtocol is not { Count: > 0 } names)
        {
            return;
        }

        var key = new SettingErrors(proxies, "Proxies").PathOf("ProxyProtocol");

        if (application.GetService<IOptions<KestrelServerOptions>>()?.Value.ConfigurationLoader is not { } loader)
        {
            throw new OptionsValidationException(
                "ProxyProtocol",
                typeof(ProxyOptions),
                [$"{key} names endpoints, but the server does not read endpoints from section Kestrel. Use Kestrel as WebApplication configures it, or call UseProxyProtocol() on the endpoints in code."]);
        }

        foreach (var name in names)
        {
            if (!loader.Configuration.GetSection("Endpoints").GetSection(name).Exists())
            {
                throw new OptionsValidationException(
                    "ProxyProtocol",
                    typeof(ProxyOptions),
                    [$"{key} names '{name}', but there is no Kestrel:Endpoints:{name}. Add the endpoint to the configuration, or call UseProxyProtocol() on it in code."]);
            }

            loader.Endpoint(name, endpoint => endpoint.ListenOptions.UseProxyProtocol());
        }
    }

    /// <remarks>These settings are read first: if they are invalid, all other errors are reported with theirs.</remarks>
    private static ProxyOptions Read(IServiceProvider bouncer)
    {
        try
        {
            return bouncer.GetRequiredService<IOptions<ProxyOptions>>().Value;
        }
        catch (OptionsValidationException)
        {
            InvalidSettingsException.ThrowIfAny(bouncer.GetService<IStartupValidator>());
            throw;
        }
    }
}
