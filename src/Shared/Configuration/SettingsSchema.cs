using System.Text.Json;

namespace Bouncer.Configuration;

/// <summary>The settings of this package, with keys, types and ranges from <c>ConfigurationSchema.json</c>, which editors also
/// use.</summary>
internal static class SettingsSchema
{
    private static readonly Lazy<SettingNode> Read = new(static () =>
    {
        using var stream = typeof(SettingsSchema).Assembly.GetManifestResourceStream("ConfigurationSchema.json")!;
        using var document = JsonDocument.Parse(stream);
        return new SettingNode(document.RootElement).Find("Bouncer");
    });

    /// <summary>The node of the bouncer's section, with the settings of this package.</summary>
    internal static SettingNode Root => Read.Value;

    /// <summary>Enumerates all keys below a node, such as <c>Sync:Interval</c> or <c>Policies:{name}:Maximum</c>.</summary>
    internal static IEnumerable<string> KeysBelow(SettingNode node) => node.Kind switch
    {
        SettingKind.Section => node.Keys.SelectMany(static key => KeysBelow(key.Value).Select(below => $"{key.Key}:{below}").Prepend(key.Key)),
        SettingKind.Named => KeysBelow(node.Item!).Select(static below => "{name}:" + below),
        SettingKind.Sections => KeysBelow(node.Item!).Select(static below => "{n}:" + below),
        _ => [],
    };
}
