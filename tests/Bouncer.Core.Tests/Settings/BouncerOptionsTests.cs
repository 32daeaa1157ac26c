using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Settings;

public sealed class BouncerOptionsTests
{
    private static readonly Dictionary<string, string?> Minimal = new()
    {
        ["Bouncer:Lapi:Url"] = "http://127.0.0.1:8080",
        ["Bouncer:Lapi:ApiKey"] = "abc+/=123",
    };

    [Fact]
    public void Bind_OfUrlAndKey_IsEnough()
    {
        var options = Bind(Minimal);

        Assert.Equal(new Uri("http://127.0.0.1:8080/"), options.Lapi.Url);
        Assert.Equal("abc+/=123", options.Lapi.ApiKey);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Sync.Interval);
        Assert.Null(options.TrustedNetworks);
    }

    [Fact]
    public void Bind_OfEveryKey_IsRead()
    {
        var options = Bind(new()
        {
            ["Bouncer:Lapi:Url"] = "https://lapi.example/x/",
            ["Bouncer:Lapi:ApiKey"] = "k",
            ["Bouncer:Lapi:Timeout"] = "00:00:05",
            ["Bouncer:Lapi:PullTimeout"] = "00:03:00",
            ["Bouncer:Lapi:MaxResponseBytes"] = "4294967296",
            ["Bouncer:Sync:Mode"] = "live",
            ["Bouncer:Sync:Interval"] = "00:00:01",
            ["Bouncer:Sync:FullResyncInterval"] = "02:00:00",
            ["Bouncer:Sync:Scopes:0"] = "ip",
            ["Bouncer:Sync:Scopes:1"] = "username",
            ["Bouncer:Sync:Origins"] = "CAPI, cscli",
            ["Bouncer:Sync:ScenariosContaining:0"] = "ssh",
            ["Bouncer:Sync:ScenariosNotContaining:0"] = "http",
            ["Bouncer:Sync:Startup"] = "BlockUntilReady",
            ["Bouncer:Sync:StartupTimeout"] = "00:00:01",
            ["Bouncer:Sync:MaxStaleness"] = "01:00:00",
            ["Bouncer:Sync:MinIPv4PrefixLength"] = "12",
            ["Bouncer:Sync:MinIPv6PrefixLength"] = "20",
            ["Bouncer:Live:Timeout"] = "00:00:00.2",
            ["Bouncer:Live:CacheDuration"] = "00:00:30",
            ["Bouncer:Live:CacheSize"] = "10",
            ["Bouncer:Live:MaxConcurrentQueries"] = "7",
            ["Bouncer:TrustedNetworks:0"] = "10.0.0.0/8",
            ["Bouncer:FallbackRemediation"] = "captcha",
        });

        Assert.Equal(4294967296, options.Lapi.MaxResponseBytes);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3)), (options.Lapi.Timeout, options.Lapi.PullTimeout));
        Assert.Equal((BouncerMode.Live, StartupPolicy.BlockUntilReady), (options.Sync.Mode, options.Sync.Startup));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromHours(2)), (options.Sync.Interval, options.Sync.FullResyncInterval));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), (options.Sync.StartupTimeout, options.Sync.MaxStaleness!.Value));
        Assert.Equal((12, 20), (options.Sync.MinIPv4PrefixLength, options.Sync.MinIPv6PrefixLength));
        Assert.Equal(["ip", "username"], options.Sync.Scopes!);
        Assert.Equal(["CAPI", "cscli"], options.Sync.Origins!);
        Assert.Equal(["ssh"], options.Sync.ScenariosContaining!);
        Assert.Equal(["http"], options.Sync.ScenariosNotContaining!);
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), 10, 7), (options.Live.Timeout, options.Live.CacheDuration, options.Live.CacheSize, options.Live.MaxConcurrentQueries));
        Assert.Equal(["10.0.0.0/8"], options.TrustedNetworks!);
        Assert.Equal("captcha", options.FallbackRemediation);
    }

    [Fact]
    public void Validate_OfManyMistakes_NamesThemAllAtOnce()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new()
        {
            ["Bouncer:Lapi:Url"] = "not a url",
            ["Bouncer:Lapi:Timeout"] = "soon",
            ["Bouncer:Sync:Interval"] = "00:00:00.5",
            ["Bouncer:Sync:Mode"] = "psychic",
            ["Bouncer:Sync:MinIPv4PrefixLength"] = "33",
            ["Bouncer:Live:CacheSize"] = "many",
            ["Bouncer:TrustedNetworks:0"] = "010.0.0.1",
            ["Bouncer:TrustedNetworks:1"] = "10.0.0.0/33",
            ["Bouncer:FallbackRemediation"] = "bna",
        }));

        string[] keys = ["Lapi:Url", "Lapi:ApiKey", "Lapi:Timeout", "Sync:Interval", "Sync:Mode", "Sync:MinIPv4PrefixLength", "Live:CacheSize", "'010.0.0.1'", "'10.0.0.0/33'", "'bna'", "captcha, mfa"];
        Assert.All(keys, key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("24:00:00")]
    [InlineData("60")]
    [InlineData("00:00:60")]
    public void Bind_OfATimeSpanThatWouldBeDays_Refuses(string text)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new(Minimal) { ["Bouncer:Sync:MaxStaleness"] = text }));

        Assert.Equal(["Bouncer:Sync:MaxStaleness is not a time span like 00:00:10."], error.Failures);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://user:secret@127.0.0.1/")]
    [InlineData("http://127.0.0.1/?key=secret")]
    [InlineData("/relative")]
    [InlineData("")]
    public void Validate_OfAUrlThatIsNone_SaysSoWithoutSecrets(string url)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new(Minimal) { ["Bouncer:Lapi:Url"] = url }));

        Assert.Contains("Bouncer:Lapi:Url", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("se cret")]
    [InlineData("se\r\ncret")]
    [InlineData("secrét")]
    public void Validate_OfAKeyWithForeignCharacters_SaysSoWithoutTheKey(string key)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new(Minimal) { ["Bouncer:Lapi:ApiKey"] = key }));

        Assert.Contains("Bouncer:Lapi:ApiKey", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("se", error.Message.Replace("characters", "", StringComparison.Ordinal).Replace("set", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfKeyAndFile_AsksToKeepOne()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new(Minimal) { ["Bouncer:Lapi:ApiKeyFile"] = "key.txt" }));

        Assert.Contains("keep one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfAFileThatIsMissing_SaysSoWithoutWhatMayBeAKey()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(new() { ["Bouncer:Lapi:Url"] = "http://127.0.0.1/", ["Bouncer:Lapi:ApiKeyFile"] = "no-such-file" }));

        Assert.Contains("Bouncer:Lapi:ApiKeyFile", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no-such-file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_OfTwoSections_LetsTheLaterAdd()
    {
        var services = new ServiceCollection();
        services.AddBouncerCore(Section(Minimal));
        services.AddBouncerCore(Section(new() { ["Bouncer:Sync:Interval"] = "00:00:42" }));
        services.AddBouncerCore(options => options.FallbackRemediation = "captcha");
        using var provider = services.BuildServiceProvider();

        var options = provider.GetRequiredService<IOptions<BouncerOptions>>().Value;

        Assert.Equal(("abc+/=123", TimeSpan.FromSeconds(42), "captcha"), (options.Lapi.ApiKey, options.Sync.Interval, options.FallbackRemediation));
    }

    private static BouncerOptions Bind(Dictionary<string, string?> settings)
    {
        using var provider = new ServiceCollection().AddBouncerCore(Section(settings)).Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<BouncerOptions>>().Value;
    }

    private static IConfigurationSection Section(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Bouncer");
}
