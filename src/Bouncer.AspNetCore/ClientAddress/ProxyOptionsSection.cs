using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Binds the options to section <c>Proxies</c> of the bouncer's section.</summary>
internal static class ProxyOptionsSection
{
    internal static void Bind(CleanSection section, ProxyOptions options)
    {
        options.Networks = section.List("Networks", options.Networks);
        options.ProxyProtocol = section.List("ProxyProtocol", options.ProxyProtocol);
        section.Values.Bind(options);
    }
}
