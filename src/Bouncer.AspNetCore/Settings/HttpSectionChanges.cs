using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Tells when the configuration changed.</summary>
internal sealed class HttpSectionChanges(IConfiguration configuration) : IOptionsChangeTokenSource<BouncerHttpOptions>
{
    public string? Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
