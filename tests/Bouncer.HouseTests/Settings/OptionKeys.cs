using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Bouncer.HouseTests.Settings;

/// <summary>An option as its class declares it.</summary>
/// <param name="Key">The configuration key, <c>Bouncer:Sync:Interval</c>; names that users choose are in braces.</param>
/// <param name="Default">The default as configuration would write it; null if the property is.</param>
/// <param name="Type">The property's type.</param>
internal sealed record OptionKey(string Key, string? Default, Type Type);

/// <summary>Every option that configuration can set, found by looking at the classes.</summary>
internal static class OptionKeys
{
    internal static readonly (string Project, string Type, string Section)[] Roots =
    [
        ("Bouncer.Core", "Bouncer.BouncerOptions", "Bouncer"),
        ("Bouncer.AspNetCore", "Bouncer.AspNetCore.BouncerHttpOptions", "Bouncer:Http"),
        ("Bouncer.AspNetCore", "Bouncer.AspNetCore.ProxyOptions", "Bouncer:Proxies"),
        ("Bouncer.Firewall", "Bouncer.Firewall.FirewallOptions", "Bouncer:Firewall"),
        ("Bouncer.Journal", "Bouncer.Journal.JournalOptions", "Bouncer:Journal"),
    ];

    internal static IReadOnlyList<OptionKey> All { get; } = [.. Roots
        .SelectMany(root => Of(TypeOf(root.Project, root.Type), root.Section))];

    internal static Type TypeOf(string project, string type) => Assembly.Load(project).GetType(type, throwOnError: true)!;

    /// <summary>The properties that configuration can set, those of a base class first.</summary>
    internal static IEnumerable<PropertyInfo> PropertiesOf(Type type) => type.GetProperties()
        .Where(property => property.SetMethod?.IsPublic == true && !typeof(Delegate).IsAssignableFrom(property.PropertyType))
        .OrderBy(property => property.DeclaringType == type);

    /// <summary>Whether a key is one that the options know; list items are numbered.</summary>
    internal static bool Knows(string key) => All.Any(option => Matches(option, key.Split(':')));

    private static bool Matches(OptionKey option, string[] key)
    {
        var parts = option.Key.Split(':');
        var length = typeof(IEnumerable).IsAssignableFrom(option.Type) && option.Type != typeof(string) && key.Length == parts.Length + 1 && int.TryParse(key[^1], out _)
            ? key.Length - 1
            : key.Length;
        return length == parts.Length
            && parts.Zip(key).All(pair => pair.First.StartsWith('{') || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<OptionKey> Of(Type type, string section)
    {
        var defaults = Activator.CreateInstance(type);
        return PropertiesOf(type).SelectMany(property => Of(property, defaults, $"{section}:{property.Name}"));
    }

    private static IEnumerable<OptionKey> Of(PropertyInfo property, object? owner, string key)
    {
        var type = property.PropertyType;
        if (type.Name.EndsWith("Options", StringComparison.Ordinal))
        {
            return Of(type, key);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
        {
            var value = type.GetGenericArguments()[1];
            return value == typeof(string) ? [new OptionKey(key + ":{remediation}", null, value)] : Of(value, key + ":{name}");
        }

        // A list of things with settings of their own, numbered in the configuration.
        if (type.IsGenericType && type.GetGenericArguments()[0].Assembly == property.DeclaringType!.Assembly && typeof(IEnumerable).IsAssignableFrom(type))
        {
            return Of(type.GetGenericArguments()[0], key + ":{n}");
        }

        return [new OptionKey(key, Text(property.GetValue(owner)), Nullable.GetUnderlyingType(type) ?? type)];
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        "" => null,
        _ => value.ToString(),
    };
}
