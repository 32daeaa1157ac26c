using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Bouncer.AspNetCore;
using Bouncer.Firewall;
using Bouncer.Journal;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.HouseTests.Settings;

/// <summary>Every option that is declared can be set, and nothing else can.</summary>
public sealed class OptionBindingTests
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { static info => RemoveDelegates(info) } },
    };

    public static TheoryData<string> Keys => [.. OptionKeys.All.Select(option => option.Key)];

    /// <summary>The lists of texts; those in a section of a list are new with it.</summary>
    public static TheoryData<string> Lists =>
        [.. OptionKeys.All.Where(option => IsList(option.Type) && !option.Key.Contains("{n}", StringComparison.Ordinal)).Select(option => option.Key)];

    public static TheoryData<string> Limited => [.. OptionKeys.All.Select(option => option.Key).Where(key => SchemaOf(key) is { } schema && (schema["minimum"] ?? schema["formatMinimum"] ?? schema["enum"]) is not null)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Option_SetByItsKey_ArrivesInTheOptions(string key)
    {
        var option = OptionKeys.All.Single(option => option.Key == key);

        Assert.NotEqual(Describe(key, []), Describe(key, new() { [Concrete(key)] = Other(option) }));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Option_SetByAMisspeltKey_IsAnErrorThatNamesTheKey(string key)
    {
        if (key.EndsWith('}'))
        {
            // Any name is one.
            return;
        }

        var written = Concrete(key);
        var section = written[..written.LastIndexOf(':')];
        var misspelt = $"{section}:{written[(section.Length + 1)..^1]}q";

        Assert.Contains($"{misspelt} is not a setting. Did you mean {written}?", Errors(new() { [misspelt] = "1" }));
    }

    /// <summary>The configuration binder would add to what is there.</summary>
    [Theory]
    [MemberData(nameof(Lists))]
    public void List_OfTheConfiguration_TakesThePlaceOfOneFromCode(string key)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection([new(key + ":0", "configured")]).Build().GetSection("Bouncer");
        using var services = Services(section);
        var options = OptionsOf(key, services, out var configure);
        var path = Concrete(key).Split(':')[(options is BouncerOptions ? 1 : 2)..];
        var (owner, list) = PropertyOf(options, path);
        list.SetValue(owner, new List<string> { "code" });
        configure();

        Assert.Equal(["configured"], (IEnumerable<string>)list.GetValue(owner)!);
    }

    [Fact]
    public void SectionsOfTheConfiguration_TakeThePlaceOfThoseFromCode()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(
            [new("Bouncer:Lapi:Fallbacks:0:Url", "http://192.0.2.1/"), new("Bouncer:Lapi:Fallbacks:0:Tls:Pins:0", "pin")]).Build().GetSection("Bouncer");
        using var services = Services(section);
        var options = (BouncerOptions)OptionsOf("Bouncer:Lapi:Fallbacks", services, out var configure);
        options.Lapi.Fallbacks = [new() { ApiKey = "code" }, new()];
        configure();

        var fallback = Assert.Single(options.Lapi.Fallbacks);
        Assert.Equal("http://192.0.2.1/", fallback.Url!.ToString());
        Assert.Null(fallback.ApiKey);
        Assert.Equal(["pin"], fallback.Tls.Pins);
    }

    /// <summary>The range is the schema's; the validators have to ask for it, for what is set in code as well.</summary>
    [Theory]
    [MemberData(nameof(Limited))]
    public void Option_BeyondItsLimits_IsAnErrorAlsoInCode(string key)
    {
        using var services = Services(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Bouncer:Http:Policies:strict:DryRun", "false"), new("Bouncer:Http:Captcha:Providers:strict:Service", "turnstile")]).Build().GetSection("Bouncer"));
        var options = OptionsOf(key, services, out var configure);
        configure();
        var (owner, property) = PropertyOf(options, Concrete(key).Split(':')[(options is BouncerOptions ? 1 : 2)..]);
        property.SetValue(owner, Beyond(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));

        Assert.Contains(ErrorsOf(options, services), error => error.StartsWith(Concrete(key) + " is ", StringComparison.Ordinal));
    }

    /// <summary>Those that several packages share a section with are no strangers, and with one package alone no error.</summary>
    [Fact]
    public void Section_OfAnotherPackage_IsNoErrorInTheEngineAlone()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(
            [.. OptionKeys.All.Select(option => KeyValuePair.Create(Concrete(option.Key), (string?)Other(option)))]).Build().GetSection("Bouncer");
        using var services = new ServiceCollection().AddBouncerCore(section).Services.BuildServiceProvider();

        Assert.DoesNotContain(Find(services.GetRequiredService<IOptionsFactory<BouncerOptions>>()), error => error.Contains("is not a setting", StringComparison.Ordinal));
    }

    private static string Describe(string key, Dictionary<string, string?> settings)
    {
        using var services = Services(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Bouncer"));
        var options = OptionsOf(key, services, out var configure);
        configure();
        return JsonSerializer.Serialize(options, options.GetType(), Readable);
    }

    private static string[] Errors(Dictionary<string, string?> settings)
    {
        using var services = Services(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Bouncer"));
        return
        [
            .. Find(services.GetRequiredService<IOptionsFactory<BouncerOptions>>()), .. Find(services.GetRequiredService<IOptionsFactory<BouncerHttpOptions>>()),
            .. Find(services.GetRequiredService<IOptionsFactory<ProxyOptions>>()), .. Find(services.GetRequiredService<IOptionsFactory<FirewallOptions>>()),
            .. Find(services.GetRequiredService<IOptionsFactory<JournalOptions>>()),
        ];
    }

    private static IEnumerable<string> Find<T>(IOptionsFactory<T> factory)
        where T : class
    {
        try
        {
            factory.Create(Options.DefaultName);
            return [];
        }
        catch (OptionsValidationException error)
        {
            return error.Failures;
        }
    }

    private static ServiceProvider Services(IConfiguration section)
    {
        var services = new ServiceCollection();
        services.AddBouncer(section).AddFirewall().AddJournal();
        return services.BuildServiceProvider();
    }

    /// <summary>New options of the kind that has a key, and what fills them.</summary>
    private static object OptionsOf(string key, IServiceProvider services, out Action configure) => key.Split(':')[1] switch
    {
        "Http" => Make<BouncerHttpOptions>(services, out configure),
        "Proxies" => Make<ProxyOptions>(services, out configure),
        "Firewall" => Make<FirewallOptions>(services, out configure),
        "Journal" => Make<JournalOptions>(services, out configure),
        _ => Make<BouncerOptions>(services, out configure),
    };

    private static T Make<T>(IServiceProvider services, out Action configure)
        where T : class, new()
    {
        var options = new T();
        configure = () =>
        {
            foreach (var source in services.GetServices<IConfigureOptions<T>>())
            {
                source.Configure(options);
            }
        };
        return options;
    }

    private static IEnumerable<string> ErrorsOf(object options, IServiceProvider services) => options switch
    {
        BouncerHttpOptions http => Validate(http, services),
        ProxyOptions proxies => Validate(proxies, services),
        FirewallOptions firewall => Validate(firewall, services),
        JournalOptions journal => Validate(journal, services),
        _ => Validate((BouncerOptions)options, services),
    };

    private static IEnumerable<string> Validate<T>(T options, IServiceProvider services)
        where T : class => services.GetServices<IValidateOptions<T>>().SelectMany(validator => validator.Validate(Options.DefaultName, options).Failures ?? []);

    private static (object Owner, PropertyInfo Property) PropertyOf(object options, string[] path)
    {
        var owner = options;
        foreach (var part in path[..^1])
        {
            owner = owner is IDictionary named ? named[part]! : owner.GetType().GetProperty(part)!.GetValue(owner)!;
        }

        return (owner, owner.GetType().GetProperty(path[^1])!);
    }

    private static JsonNode? SchemaOf(string key)
    {
        var project = OptionKeys.Roots.Where(root => key.StartsWith(root.Section + ":", StringComparison.Ordinal)).MaxBy(root => root.Section.Length).Project;
        JsonNode? schema = JsonNode.Parse(Repository.File(SchemaWriter.PathOf(project)).Text);
        foreach (var part in key.Split(':'))
        {
            schema = part switch
            {
                "{n}" => schema?["items"],
                ['{', ..] => schema?["additionalProperties"],
                _ => schema?["properties"]?[part],
            };
        }

        return schema;
    }

    private static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    private static string Concrete(string key) => key.Replace("{name}", "strict", StringComparison.Ordinal).Replace("{remediation}", "captcha", StringComparison.Ordinal)
        .Replace("{n}", "0", StringComparison.Ordinal);

    private static object Beyond(Type type) => type switch
    {
        var time when time == typeof(TimeSpan) => TimeSpan.FromDays(10_000),
        var number when number == typeof(int) => int.MaxValue,
        var number when number == typeof(long) => long.MaxValue,
        var number when number == typeof(double) => double.NaN,
        _ => Enum.ToObject(type, 99),
    };

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

    private static void RemoveDelegates(JsonTypeInfo info)
    {
        for (var at = info.Properties.Count - 1; at >= 0; at--)
        {
            if (typeof(Delegate).IsAssignableFrom(info.Properties[at].PropertyType))
            {
                info.Properties.RemoveAt(at);
            }
        }
    }
}
