using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.Settings;

/// <summary>Fills the options from a section; what is malformed is kept for <see cref="BouncerOptionsValidator"/>.</summary>
internal sealed class BouncerOptionsBinder(IConfiguration section) : IConfigureOptions<BouncerOptions>
{
    public void Configure(BouncerOptions options)
    {
        if (ShapeOf(section) is { } wrong)
        {
            options.Malformed.Add($"{((IConfigurationSection)section).Path} is {wrong}, not a section.");
        }

        var reader = new SectionReader(section, options.Malformed);
        Configure(options.Lapi, reader.Section("Lapi"));
        Configure(options.Sync, reader.Section("Sync"));
        Configure(options.Live, reader.Section("Live"));
        reader.List("TrustedNetworks", value => options.TrustedNetworks = value);
        reader.List("EmbeddedIPv4", value => options.EmbeddedIPv4 = value);
        reader.Text("FallbackRemediation", value => options.FallbackRemediation = value);
    }

    /// <summary>What stands in place of a section; null for one, and for a whole configuration.</summary>
    private static string? ShapeOf(IConfiguration section) => section switch
    {
        not IConfigurationSection => null,
        IConfigurationSection { Value: { } value } when !string.IsNullOrWhiteSpace(value) => "a value",
        _ => section.GetSection("0").Exists() ? "a list" : null,
    };

    private static void Configure(LapiOptions lapi, SectionReader reader)
    {
        reader.Url("Url", value => lapi.Url = value);
        reader.Text("ApiKey", value => lapi.ApiKey = value);
        reader.Text("ApiKeyFile", value => lapi.ApiKeyFile = value);
        reader.Time("Timeout", value => lapi.Timeout = value);
        reader.Time("PullTimeout", value => lapi.PullTimeout = value);
        reader.BigNumber("MaxResponseBytes", value => lapi.MaxResponseBytes = value);
    }

    private static void Configure(SyncOptions sync, SectionReader reader)
    {
        reader.Choice<BouncerMode>("Mode", value => sync.Mode = value);
        reader.Time("Interval", value => sync.Interval = value);
        reader.Time("FullResyncInterval", value => sync.FullResyncInterval = value);
        reader.List("Scopes", value => sync.Scopes = value);
        reader.List("Origins", value => sync.Origins = value);
        reader.List("ScenariosContaining", value => sync.ScenariosContaining = value);
        reader.List("ScenariosNotContaining", value => sync.ScenariosNotContaining = value);
        reader.Choice<StartupPolicy>("Startup", value => sync.Startup = value);
        reader.Time("StartupTimeout", value => sync.StartupTimeout = value);
        reader.Time("MaxStaleness", value => sync.MaxStaleness = value);
        reader.Number("WidestIPv4Prefix", value => sync.WidestIPv4Prefix = value);
        reader.Number("WidestIPv6Prefix", value => sync.WidestIPv6Prefix = value);
        reader.Number("MaxDecisions", value => sync.MaxDecisions = value);
    }

    private static void Configure(LiveOptions live, SectionReader reader)
    {
        reader.Time("Timeout", value => live.Timeout = value);
        reader.Time("CacheDuration", value => live.CacheDuration = value);
        reader.Number("CacheSize", value => live.CacheSize = value);
        reader.Number("MaxConcurrentQueries", value => live.MaxConcurrentQueries = value);
    }
}
