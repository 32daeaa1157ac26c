using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Settings;

/// <summary>What is no setting, or has another form than its setting, is said and not ignored.</summary>
public sealed class SettingFormTests
{
    private const string Minimal = """{"Lapi":{"Url":"http://127.0.0.1:8080/","ApiKey":"key"}}""";
    private const string NoText = "Bouncer:TrustedNetworks:0 is a section or a list: write a text.";
    private const string Both = "Bouncer:TrustedNetworks is written as a text and as a list: write it as a list everywhere.";

    [Theory]
    [InlineData("""{"TrustedNetworks":[{"Address":"127.0.0.1"}]}""", NoText)]
    [InlineData("""{"TrustedNetworks":[["127.0.0.1"]]}""", NoText)]
    [InlineData("""{"TrustedNetworks":{"first":"127.0.0.1"}}""", "Bouncer:TrustedNetworks is a section: write a list.")]
    [InlineData("""{"Sync":{"MaxDecisions":{"a":1}}}""", "Bouncer:Sync:MaxDecisions is a section or a list: write a whole number.")]
    [InlineData("""{"Sync":{"MaxDecisions":3000000000}}""", "Bouncer:Sync:MaxDecisions is not a whole number.")]
    [InlineData("""{"Sync":{"MaxDecisions":1.5}}""", "Bouncer:Sync:MaxDecisions is not a whole number.")]
    [InlineData("""{"FallbackRemediation":{"x":"CF"}}""", "Bouncer:FallbackRemediation is a section or a list: write a text.")]
    [InlineData("""{"TrustLoopback":["true"]}""", "Bouncer:TrustLoopback is a section or a list: write true or false.")]
    [InlineData("""{"TrustLoopback":"no"}""", "Bouncer:TrustLoopback is not true or false.")]
    [InlineData("""{"Lapi":{"Url":"127.0.0.1"}}""", "Bouncer:Lapi:Url is not a URL like https://example.org/.")]
    [InlineData("""{"Sync":"text"}""", "Bouncer:Sync is a value, not a section.")]
    [InlineData("""{"Sync":5}""", "Bouncer:Sync is a value, not a section.")]
    [InlineData("""{"Sync":["x"]}""", "Bouncer:Sync is a list, not a section.")]
    [InlineData("""{"Sync":[{"Interval":"00:00:10"}]}""", "Bouncer:Sync is a list, not a section.")]
    public void Setting_InAnotherForm_IsAnError(string json, string error) => Assert.Equal([error], Read(Minimal, json).Errors);

    [Theory]
    [InlineData("\"off\"", "Bouncer is a value, not a section.")]
    [InlineData("[\"off\"]", "Bouncer is a list, not a section.")]
    public void Section_ThatIsNone_IsAnError(string json, string error) => Assert.Contains(error, Read(json).Errors);

    [Theory]
    [InlineData("""{"Sync":{"Intervall":"00:00:20"}}""", "Bouncer:Sync:Intervall is not a setting. Did you mean Bouncer:Sync:Interval?")]
    [InlineData("""{"Sync":{"itnerval":"00:00:20"}}""", "Bouncer:Sync:itnerval is not a setting. Did you mean Bouncer:Sync:Interval?")]
    [InlineData("""{"TrustedNetwork":["10.0.0.0/8"]}""", "Bouncer:TrustedNetwork is not a setting. Did you mean Bouncer:TrustedNetworks?")]
    [InlineData("""{"Interval":"00:00:20"}""", "Bouncer:Interval is not a setting. Did you mean Bouncer:Sync:Interval or Bouncer:Snapshot:Interval or Bouncer:UsageMetrics:Interval?")]
    [InlineData("""{"Lapi":{"trustednetworks":["10.0.0.0/8"]}}""", "Bouncer:Lapi:trustednetworks is not a setting. Did you mean Bouncer:TrustedNetworks?")]
    [InlineData("""{"Timeout":"00:00:20"}""", "Bouncer:Timeout is not a setting. Did you mean Bouncer:Lapi:Timeout or Bouncer:Live:Timeout?")]
    [InlineData("""{"Htpp":{"DryRun":true}}""", "Bouncer:Htpp is not a setting. Did you mean Bouncer:Http?")]
    [InlineData("""{"Live":{"Colour":"blue"}}""", "Bouncer:Live:Colour is not a setting. The settings here are Timeout, CacheDuration, CacheSize, MaxConcurrentQueries.")]
    [InlineData("""{"Live":{"Colour":""}}""", "Bouncer:Live:Colour is not a setting. The settings here are Timeout, CacheDuration, CacheSize, MaxConcurrentQueries.")]
    public void Key_ThatIsNoSetting_IsAnErrorWithWhatIsMeant(string json, string error) => Assert.Equal([error], Read(Minimal, json).Errors);

    [Theory]
    [InlineData("""{"Http":{"DryRun":true},"Proxies":{"Networks":["loopback"]},"Firewall":{"Name":"edge"}}""")]
    [InlineData("""{"Adapter":{"Colour":"blue"}}""")]
    [InlineData("""{"Sync":{}}""")]
    [InlineData("""{"Sync":null}""")]
    [InlineData("""{"Sync":[]}""")]
    public void Section_OfASiblingOrAnAdapterOrEmpty_IsNoError(string json) => Assert.Empty(Read(Minimal, json).Errors);

    /// <summary>A mistake in the form keeps no other from being told.</summary>
    [Fact]
    public void Errors_OfFormAndOfSense_ComeTogetherWithThePathOfTheSection()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MyApp:Crowd:Lapi:Url"] = "ftp://127.0.0.1/",
            ["MyApp:Crowd:Lapi:Timeout"] = "24",
            ["MyApp:Crowd:Sync:Interval"] = "02:00:00",
            ["MyApp:Crowd:Sync:Mod"] = "Live",
        }).Build().GetSection("MyApp:Crowd");

        var failures = Errors(services => services.AddBouncerCore(section));

        Assert.Equal(
            [
                "MyApp:Crowd:Lapi:Timeout is not a time span like 00:00:10.",
                "MyApp:Crowd:Sync:Mod is not a setting. Did you mean MyApp:Crowd:Sync:Mode?",
                "MyApp:Crowd:Lapi:Url must begin with http:// or https://, or name a Unix socket like unix:///run/crowdsec/lapi.sock.",
                "MyApp:Crowd:Lapi:ApiKey is missing: create a key with `cscli bouncers add NAME`, and set it here or put it in a file that MyApp:Crowd:Lapi:ApiKeyFile names.",
                "MyApp:Crowd:Sync:Interval is 02:00:00; it must be from 00:00:01 to 01:00:00.",
            ],
            failures);
    }

    /// <summary>A whole configuration has keys of everybody in it.</summary>
    [Fact]
    public void Configuration_AsAWhole_MayHoldOtherKeys()
    {
        var root = Configuration("""{"Lapi":{"Url":"http://127.0.0.1:8080/","ApiKey":"key"},"Logging":{"LogLevel":{"Default":"Warning"}},"Sync":{"Intervall":"00:00:20"}}""");

        Assert.Equal(["Sync:Intervall is not a setting. Did you mean Sync:Interval?"], Errors(services => services.AddBouncerCore(root)));
    }

    [Theory]
    [InlineData("""{"TrustedNetworks":"0.0.0.0/0"}""", """{"TrustedNetworks":["127.0.0.1"]}""")]
    [InlineData("""{"TrustedNetworks":["127.0.0.1"]}""", """{"TrustedNetworks":"0.0.0.0/0"}""")]
    public void List_AsATextAndAsAnArray_IsAnError(string first, string second) => Assert.Equal([Both], Read(Minimal, first, second).Errors);

    [Theory]
    [InlineData("""{"TrustedNetworks":{},"TrustLoopback":null,"FallbackRemediation":{}}""", null)]
    [InlineData("""{"TrustedNetworks":null,"TrustLoopback":"","FallbackRemediation":" "}""", null)]
    [InlineData("""{"TrustedNetworks":[],"FallbackRemediation":[]}""", "")]
    [InlineData("""{"TrustedNetworks":" "}""", "")]
    [InlineData("""{"TrustedNetworks":["10.0.0.1"," 10.0.0.2 ",""]}""", "10.0.0.1|10.0.0.2")]
    [InlineData("""{"TrustedNetworks":"10.0.0.1, 10.0.0.2,"}""", "10.0.0.1|10.0.0.2")]
    public void Setting_EmptyOrRight_IsRead(string json, string? networks)
    {
        var (options, errors) = Read(Minimal, json);

        Assert.Empty(errors);
        Assert.Equal((true, "ban"), (options!.TrustLoopback, options.FallbackRemediation));
        Assert.Equal(networks, options.TrustedNetworks is { } list ? string.Join('|', list) : null);
    }

    /// <summary>An empty array is an empty text to the configuration.</summary>
    [Theory]
    [InlineData("""{"TrustedNetworks":[]}""", """{"TrustedNetworks":["10.0.0.1"]}""")]
    [InlineData("""{"TrustedNetworks":["10.0.0.1"]}""", """{"TrustedNetworks":[]}""")]
    [InlineData("""{"TrustedNetworks":" "}""", """{"TrustedNetworks":["10.0.0.1"]}""")]
    [InlineData("""{"TrustedNetworks":null}""", """{"TrustedNetworks":["10.0.0.1"]}""")]
    public void List_EmptyInOneFile_HasTheItemsOfTheOther(string first, string second) =>
        Assert.Equal(["10.0.0.1"], Read(Minimal, first, second).Options!.TrustedNetworks!);

    [Theory]
    [InlineData("Live", BouncerMode.Live)]
    [InlineData("live", BouncerMode.Live)]
    [InlineData("1", null)]
    [InlineData("+1", null)]
    [InlineData("Stream,Live", null)]
    [InlineData("Live,Live", null)]
    public void Choice_AnythingButAName_IsAnError(string text, BouncerMode? expected)
    {
        var (options, errors) = Read(Minimal, $$$"""{"Sync":{"Mode":"{{{text}}}"}}""");

        Assert.Equal(expected, options?.Sync.Mode);
        Assert.Equal(expected is null ? ["Bouncer:Sync:Mode is not one of Stream, Live, Off."] : [], errors);
    }

    private static (BouncerOptions? Options, IEnumerable<string> Errors) Read(params string[] files)
    {
        var section = Configuration([.. files.Select(file => $$"""{"Bouncer":{{file}}}""")]).GetSection("Bouncer");
        using var services = new ServiceCollection().AddBouncerCore(section).Services.AddSingleton(new AdapterSection("Adapter:Colour")).BuildServiceProvider();
        try
        {
            return (services.GetRequiredService<IOptions<BouncerOptions>>().Value, []);
        }
        catch (OptionsValidationException error)
        {
            return (null, error.Failures);
        }
    }

    private static IEnumerable<string> Errors(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<BouncerOptions>>().Value).Failures;
    }

    private static IConfigurationRoot Configuration(params string[] files)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
        {
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(file)));
        }

        return builder.Build();
    }
}
