using System.Text.Json;

namespace Bouncer.Configuration;

/// <summary>The settings of this package: <c>ConfigurationSchema.json</c>, which editors read too, is where keys, types and ranges
/// stand.</summary>
internal static class SettingsSchema
{
    private static readonly Lazy<SettingNode> Read = new(static () =>
    {
        using var stream = typeof(SettingsSchema).Assembly.GetManifestResourceStream("ConfigurationSchema.json")!;
        using var document = JsonDocument.Parse(stream);
        return new SettingNode(document.RootElement).Find("Bouncer");
    });

    /// <summary>The bouncer's section, with what this package knows of it.</summary>
    internal static SettingNode Root => Read.Value;

    /// <summary>All keys below a node, as <c>Sync:Interval</c> or <c>Policies:{name}:Maximum</c>.</summary>
    internal static IEnumerable<string> KeysBelow(SettingNode node) => node.Kind switch
    {
        SettingKind.Section => node.Keys.SelectMany(static key => KeysBelow(key.Value).Select(below => $"{key.Key}:{below}").Prepend(key.Key)),
        SettingKind.Named => KeysBelow(node.Item!).Select(static below => "{name}:" + below),
        SettingKind.Sections => KeysBelow(node.Item!).Select(static below => "{n}:" + below),
        _ => [],
    };
}
