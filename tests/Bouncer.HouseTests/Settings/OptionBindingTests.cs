using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.HouseTests.Settings;

/// <summary>The binders are written by hand: an option that none of them reads would be a promise without a wire.</summary>
public sealed class OptionBindingTests
{
    public static TheoryData<string> Keys => [.. OptionKeys.All.Select(option => option.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Option_SetByItsKey_ArrivesInTheOptions(string key)
    {
        var option = OptionKeys.All.Single(option => option.Key == key);
        var concrete = key.Replace("{name}", "strict", StringComparison.Ordinal).Replace("{remediation}", "captcha", StringComparison.Ordinal)
            .Replace("{n}", "0", StringComparison.Ordinal);
        var without = Describe(key, []);
        var with = Describe(key, new Dictionary<string, string?> { [concrete] = Other(option) });
        Assert.NotEqual(without, with);
    }

    [Theory]
    [InlineData("Bouncer:Sync:Intervall")]
    [InlineData("Bouncer:Http:DryRuns")]
    [InlineData("Bouncer:Proxies:Network")]
    public void Option_SetByAnUnknownKey_ChangesNothing(string key) =>
        Assert.Equal(Describe(key, []), Describe(key, new Dictionary<string, string?> { [key] = "00:00:07" }));

    private static string Describe(string key, Dictionary<string, string?> settings)
    {
        var (project, name) = key.Split(':')[1] switch
        {
            "Http" => ("Bouncer.AspNetCore", "BouncerHttpOptions"),
            "Proxies" => ("Bouncer.AspNetCore", "ProxyOptions"),
            "Firewall" => ("Bouncer.Firewall", "FirewallOptions"),
            _ => ("Bouncer.Core", "BouncerOptions"),
        };
        var section = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Bouncer");
        var binder = Assembly.Load(project).GetTypes().Single(type => type is { IsAbstract: false, IsInterface: false } && Configured(type)?.Name == name);
        var options = Activator.CreateInstance(Configured(binder)!)!;
        var instance = Activator.CreateInstance(binder, section)!;
        Configured(binder, out var method);
        method!.Invoke(instance, [options]);
        return System.Text.Json.JsonSerializer.Serialize(options, options.GetType(), Readable);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Readable = new()
    {
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver
        {
            Modifiers = { static info => RemoveDelegates(info) },
        },
    };

    private static void RemoveDelegates(System.Text.Json.Serialization.Metadata.JsonTypeInfo info)
    {
        for (var at = info.Properties.Count - 1; at >= 0; at--)
        {
            if (typeof(Delegate).IsAssignableFrom(info.Properties[at].PropertyType))
            {
                info.Properties.RemoveAt(at);
            }
        }
    }

    private static Type? Configured(Type type) => Configured(type, out _);

    private static Type? Configured(Type type, out MethodInfo? method)
    {
        var found = type.GetInterfaces().FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IConfigureOptions<>));
        method = found?.GetMethod("Configure");
        return found?.GetGenericArguments()[0];
    }

    /// <summary>A value that is not the default.</summary>
    private static string Other(OptionKey option) => option.Type switch
    {
        var type when type == typeof(bool) => option.Default == "true" ? "false" : "true",
        var type when type == typeof(int) || type == typeof(long) => (long.Parse(option.Default ?? "0", CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture),
        var type when type == typeof(double) => "0.25",
        var type when type == typeof(TimeSpan) => "00:00:07",
        var type when type == typeof(Uri) => "http://192.0.2.1:8080/",
        { IsEnum: true } type => Enum.GetNames(type).First(name => name != option.Default),
        _ => "other",
    };
}
