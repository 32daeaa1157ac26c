using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Tells when the configuration changed.</summary>
internal sealed class ProxySectionChanges(IConfiguration configuration) : IOptionsChangeTokenSource<ProxyOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
