using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Whom the framework's ForwardedHeaders middleware believes, as far as the registered options tell; options
/// handed to <c>UseForwardedHeaders</c> itself cannot be seen.</summary>
internal sealed class KnownProxies(IOptions<ForwardedHeadersOptions>? options = null)
{
    private readonly ForwardedHeadersOptions _options = options?.Value ?? new ForwardedHeadersOptions();

    /// <summary>Whether X-Forwarded-For is believed from everybody.</summary>
    internal bool IsEverybody => IsUnchecked && _options.ForwardedHeaders.HasFlag(ForwardedHeaders.XForwardedFor);

    private bool IsUnchecked => _options.KnownIPNetworks.Count == 0 && _options.KnownProxies.Count == 0;

    internal bool Contain(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _options.KnownProxies.Contains(address) || _options.KnownProxies.Contains(plain)
            || _options.KnownIPNetworks.Any(network => network.Contains(address) || network.Contains(plain));
    }
}
