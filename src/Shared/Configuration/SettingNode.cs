using System.Text.Json;

namespace Bouncer.Configuration;

/// <summary>The permitted content of a key according to <c>ConfigurationSchema.json</c>. Immutable.</summary>
internal sealed class SettingNode
{
    internal SettingNode(JsonElement schema)
    {
        Keys = Find(schema, "properties") is { } keys
            ? keys.EnumerateObject().ToDictionary(static key => key.Name, static key => new SettingNode(key.Value), StringComparer.OrdinalIgnoreCase)
            : new Dictionary<string, SettingNode>();
        Item = (Find(schema, "additionalProperties") is { ValueKind: JsonValueKind.Object } named ? named : Find(schema, "items")) is { } item ? new SettingNode(item) : null;
        Choices = Find(schema, "enum") is { } choices ? [.. choices.EnumerateArray().Select(static choice => choice.ToString())] : [];
        Range = (Find(schema, "minimum") ?? Find(schema, "formatMinimum")) is { } lowest && (Find(schema, "maximum") ?? Find(schema, "formatMaximum")) is { } highest
            ? (lowest.ToString(), highest.ToString())
            : null;
        IsNeverEmpty = Find(schema, "minLength") is not null;
        KeepsBlanks = Find(schema, "keepsBlanks") is { ValueKind: JsonValueKind.True };
        Kind = KindOf(schema);
    }

    internal SettingKind Kind { get; }

    /// <summary>The keys of a section.</summary>
    internal IReadOnlyDictionary<string, SettingNode> Keys { get; }

    /// <summary>The node of each item of a list, or of each named section.</summary>
    internal SettingNode? Item { get; }

    /// <summary>The permitted values; empty for any.</summary>
    internal IReadOnlyList<string> Choices { get; }

    /// <summary>The minimum and maximum value; null for any.</summary>
    internal (string Lowest, string Highest)? Range { get; }

    /// <summary>Whether a value must not be empty, because ignoring an empty one would change its meaning.</summary>
    internal bool IsNeverEmpty { get; }

    /// <summary>Whether leading and trailing blanks are part of a text.</summary>
    internal bool KeepsBlanks { get; }

    internal bool IsSection => Kind is SettingKind.Section or SettingKind.Named or SettingKind.Sections;

    /// <summary>The description of this kind of value in messages.</summary>
    internal string Expected => Kind switch
    {
        SettingKind.Boolean => "true or false",
        SettingKind.Integer => "a whole number",
        SettingKind.Number => "a number",
        SettingKind.Time => "a time span like 00:00:10",
        SettingKind.Url => "a URL like https://example.org/",
        SettingKind.Choice => "one of " + string.Join(", ", Choices),
        _ => "a text",
    };

    /// <summary>Finds the node of a key below this one; any name or number leads to the node of the items.</summary>
    internal SettingNode Find(string key) => Keys.TryGetValue(key, out var found) ? found : Item ?? throw new KeyNotFoundException($"ConfigurationSchema.json has no '{key}' here.");

    private SettingKind KindOf(JsonElement schema) => (TypeOf(schema), Find(schema, "format")?.GetString()) switch
    {
        ("object", _) => Item is null ? SettingKind.Section : SettingKind.Named,
        ("array", _) => Item is { IsSection: true } ? SettingKind.Sections : SettingKind.List,
        ("boolean", _) => SettingKind.Boolean,
        ("integer", _) => SettingKind.Integer,
        ("number", _) => SettingKind.Number,
        (_, "timespan") => SettingKind.Time,
        (_, "uri") => SettingKind.Url,
        _ => Choices.Count > 0 ? SettingKind.Choice : SettingKind.Text,
    };

    /// <summary>The type, or the first of several.</summary>
    private static string? TypeOf(JsonElement schema) =>
        Find(schema, "type") is { } type ? (type.ValueKind == JsonValueKind.Array ? type[0] : type).GetString() : null;

    private static JsonElement? Find(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) ? value : null;
}
