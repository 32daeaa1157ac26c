using Microsoft.Extensions.Configuration;

namespace Bouncer.Configuration;

/// <summary>Reads a section once according to its schema: finds all errors in its form, and rewrites valid values so that the
/// configuration binder cannot misread them. Errors never contain the value, which may be a secret.</summary>
/// <param name="root">The bouncer's section.</param>
/// <param name="others">The sections of other packages in it.</param>
internal sealed class SettingsReading(IConfiguration root, IReadOnlyCollection<AdapterSection> others)
{
    private readonly HashSet<string> _lists = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path and text of each error.</summary>
    internal List<KeyValuePair<string, string>> Errors { get; } = [];

    /// <summary>The values by their keys below the section that was read: trimmed, without empty ones, lists item by item.</summary>
    internal Dictionary<string, string?> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the section has this list, empty or not.</summary>
    internal bool HasList(string key) => _lists.Contains(key);

    /// <summary>The whole content, to detect a change. Contains secrets.</summary>
    internal string Fingerprint => string.Join('\n',
        [.. Values.Select(static value => $"{value.Key}={value.Value}"), .. _lists, .. Errors.Select(static error => $"{error.Key} {error.Value}")]);

    /// <summary>Reads one section of the root, or with an empty key the root without the sections of other packages.</summary>
    internal void Read(string key)
    {
        if (key.Length > 0)
        {
            Read(root.GetSection(key), SettingsSchema.Root.Find(key), "");
        }
        else if (root is IConfigurationSection section)
        {
            Read(section, SettingsSchema.Root, "");
        }
        else
        {
            // A whole configuration also contains keys of other components.
            foreach (var (name, node) in SettingsSchema.Root.Keys)
            {
                Read(root.GetSection(name), node, name);
            }
        }
    }

    private void Read(IConfigurationSection entry, SettingNode node, string key)
    {
        switch (node.Kind)
        {
            case SettingKind.Section or SettingKind.Named:
                ReadSection(entry, node, key);
                break;
            case SettingKind.Sections:
                ReadSections(entry, node.Item!, key);
                break;
            case SettingKind.List:
                ReadList(entry, key);
                break;
            default:
                ReadValue(entry, node, key);
                break;
        }
    }

    private void ReadSection(IConfigurationSection section, SettingNode node, string key)
    {
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            Add(section, "is a value, not a section.");
        }
        else if (section.GetSection("0").Exists())
        {
            Add(section, "is a list, not a section.");
            return;
        }

        foreach (var entry in section.GetChildren())
        {
            if (node.Kind == SettingKind.Named)
            {
                // A name without content is still present.
                Values.TryAdd(Below(key, entry.Key), node.Item!.IsSection ? null : "");
                Read(entry, node.Item, Below(key, entry.Key));
            }
            else if (node.Keys.TryGetValue(entry.Key, out var known))
            {
                Read(entry, known, Below(key, entry.Key));
            }
            else if (entry.Exists() && !IsOfOthers(node, entry.Key))
            {
                Add(entry, "is not a setting. " + Suggest(section.Path, entry.Key, node));
            }
        }
    }

    private void ReadSections(IConfigurationSection list, SettingNode item, string key)
    {
        if (!string.IsNullOrWhiteSpace(list.Value))
        {
            Add(list, "is a value, not a list of sections.");
        }

        var count = 0;
        foreach (var entry in list.GetChildren())
        {
            var to = Below(key, $"{count++}");
            Values.Add(to, null);
            Read(entry, item, to);
        }
    }

    private void ReadList(IConfigurationSection list, string key)
    {
        if (!list.Exists())
        {
            return;
        }

        var children = list.GetChildren().ToArray();
        if (children.Length > 0 && !string.IsNullOrWhiteSpace(list.Value))
        {
            Add(list, "is written as a text and as a list: write it as a list everywhere.");
        }
        else if (children.Any(static item => !item.Key.All(char.IsAsciiDigit)))
        {
            Add(list, "is a section: write a list.");
        }
        else if (children.FirstOrDefault(HasChildren) is { } nested)
        {
            Add(nested, "is a section or a list: write a text.");
        }
        else
        {
            _lists.Add(key);
            var items = children.Length == 0 && list.Value is { } text ? text.Split(',') : children.Select(static item => item.Value ?? "");
            var count = 0;
            foreach (var item in items.Select(static item => item.Trim()).Where(static item => item.Length > 0))
            {
                Values.Add(Below(key, $"{count++}"), item);
            }
        }
    }

    private void ReadValue(IConfigurationSection entry, SettingNode node, string key)
    {
        if (HasChildren(entry))
        {
            Add(entry, $"is a section or a list: write {node.Expected}.");
        }
        else if (string.IsNullOrWhiteSpace(entry.Value))
        {
            if (node.IsNeverEmpty && entry.Value is not null)
            {
                Add(entry, "is empty: give it a value or remove it.");
            }
        }
        else
        {
            if (SettingText.Clean(node, entry.Value) is { } clean)
            {
                Values[key] = clean;
            }
            else
            {
                Add(entry, $"is not {node.Expected}.");
            }
        }
    }

    private bool IsOfOthers(SettingNode node, string key) =>
        node == SettingsSchema.Root && others.Any(other => other.Path.Split(':')[0].Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Suggests the intended key of this section, otherwise the sections in which a key with this name belongs, otherwise
    /// all keys of this section.</summary>
    private string Suggest(string section, string key, SettingNode node)
    {
        var here = node == SettingsSchema.Root ? node.Keys.Keys.Concat(others.Select(static other => other.Path.Split(':')[0])).Distinct() : node.Keys.Keys;
        if (NearestKey.Find(key, here) is { } near)
        {
            return $"Did you mean {Below(section, near)}?";
        }

        var path = (root as IConfigurationSection)?.Path ?? "";
        string[] elsewhere = [.. SettingsSchema.KeysBelow(SettingsSchema.Root).Concat(others.SelectMany(static other => other.Keys))
            .Where(other => (":" + other).EndsWith(":" + key, StringComparison.OrdinalIgnoreCase)).Distinct().Select(other => Below(path, other))];
        return elsewhere.Length > 0 ? $"Did you mean {string.Join(" or ", elsewhere)}?" : $"The settings here are {string.Join(", ", here)}.";
    }

    private void Add(IConfigurationSection entry, string problem) => Errors.Add(new(entry.Path, problem));

    private static bool HasChildren(IConfigurationSection entry) => entry.GetChildren().Any();

    private static string Below(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";
}
