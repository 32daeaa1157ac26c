using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.Settings;

/// <summary>Binds the options to the bouncer's section.</summary>
internal static class BouncerOptionsSection
{
    internal static void Bind(CleanSection section, BouncerOptions options)
    {
        options.TrustedNetworks = section.List("TrustedNetworks", options.TrustedNetworks);
        options.EmbeddedIPv4 = section.List("EmbeddedIPv4", options.EmbeddedIPv4);
        options.Lapi.Tls.Pins = section.List("Lapi:Tls:Pins", options.Lapi.Tls.Pins);
        options.Lapi.Fallbacks = section.Sections("Lapi:Fallbacks", options.Lapi.Fallbacks);
        options.Sync.Scopes = section.List("Sync:Scopes", options.Sync.Scopes);
        options.Sync.Origins = section.List("Sync:Origins", options.Sync.Origins);
        options.Sync.ScenariosContaining = section.List("Sync:ScenariosContaining", options.Sync.ScenariosContaining);
        options.Sync.ScenariosNotContaining = section.List("Sync:ScenariosNotContaining", options.Sync.ScenariosNotContaining);
        section.Values.Bind(options);
    }
}
