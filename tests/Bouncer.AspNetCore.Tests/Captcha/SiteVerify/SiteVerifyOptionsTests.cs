using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

public sealed class SiteVerifyOptionsTests
{
    private const string Section = "Bouncer:Http:Captcha";

    [Fact]
    public void Read_OfASectionWithEverything_SetsEverything()
    {
        var options = Read(new()
        {
            ["SiteKey"] = "site",
            ["SecretKey"] = "secret",
            ["SecretKeyFile"] = "file",
            ["Endpoint"] = "https://captcha.example/verify",
            ["Script"] = "https://captcha.example/widget.js",
            ["WidgetEndpoint"] = "https://captcha.example/key/",
            ["Field"] = "token",
            ["ElementName"] = "own-box",
            ["ElementClass"] = "box",
            ["SendAddress"] = "true",
            ["MinScore"] = "0.7",
            ["Hostname"] = "www.example",
        });
        var settings = SettingsOf(options);
        Assert.Equal("site", settings.SiteKey);
        Assert.Equal("secret", settings.SecretKey);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "file"), settings.SecretKeyFile);
        Assert.Equal("https://captcha.example/verify", settings.Endpoint?.AbsoluteUri);
        Assert.Equal("https://captcha.example/widget.js", settings.Script?.AbsoluteUri);
        Assert.Equal("https://captcha.example/key/", settings.WidgetEndpoint?.AbsoluteUri);
        Assert.Equal("token", settings.Field);
        Assert.Equal("own-box", settings.ElementName);
        Assert.Equal("box", settings.ElementClass);
        Assert.True(settings.SendAddress);
        Assert.Equal(0.7, settings.MinScore);
        Assert.Equal("www.example", settings.Hostname);
    }

    [Fact]
    public void Read_OfAnEmptySection_LeavesTheDefaults()
    {
        var settings = SettingsOf(Read([]));
        Assert.False(settings.SendAddress);
        Assert.Equal(0.5, settings.MinScore);
        Assert.Null(settings.Hostname);
        Assert.Null(settings.SecretKeyFile);
    }

    [Theory]
    [InlineData("turnstile")]
    [InlineData("TURNSTILE")]
    [InlineData("hcaptcha")]
    [InlineData("recaptcha")]
    [InlineData("recaptcha-v3")]
    public void Validate_WithBothKeys_FindsNothing(string provider) => Assert.Empty(Validate(provider, new() { SiteKey = "site", SecretKey = "secret" }));

    [Theory]
    [InlineData("local")]
    [InlineData("own")]
    public void Validate_OfAnotherProvider_FindsNothing(string provider) => Assert.Empty(Validate(provider, new()));

    [Fact]
    public void Validate_WithoutKeys_FindsBoth() =>
        Assert.Equal(
            ["Bouncer:Http:Captcha:SiteKey is empty; turnstile gives you one.", "Bouncer:Http:Captcha: set SecretKey or SecretKeyFile; a secret has visible ASCII characters only."],
            Validate("turnstile", new()));

    [Fact]
    public void Validate_OfAGenericServiceWithoutAddresses_FindsBoth()
    {
        var errors = Validate("siteverify", new() { SiteKey = "site", SecretKey = "secret" });
        Assert.Equal(["Bouncer:Http:Captcha:Endpoint is empty; siteverify has none of its own.", "Bouncer:Http:Captcha:Script is empty; siteverify has none of its own."], errors);
    }

    [Theory]
    [InlineData("secret with spaces")]
    [InlineData("s\u00e9cret")]
    public void Validate_OfASecretThatIsNone_DoesNotShowIt(string secret)
    {
        var error = Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKey = secret }));
        Assert.DoesNotContain(secret, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://captcha.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@captcha.example/")]
    public void Validate_OfAnEndpointThatIsNone_FindsItAndDoesNotShowIt(string url)
    {
        var error = Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKey = "secret", Endpoint = new Uri(url) }));
        Assert.StartsWith("Bouncer:Http:Captcha:Endpoint ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("password@", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Validate_OfAScoreOutsideItsRange_FindsIt(double score) =>
        Assert.Single(Validate("recaptcha-v3", new() { SiteKey = "site", SecretKey = "secret", MinScore = score }));

    [Fact]
    public void Validate_OfAnElementOrWidgetEndpointThatIsNone_FindsBoth()
    {
        var errors = Validate("siteverify", new()
        {
            SiteKey = "site",
            SecretKey = "secret",
            Endpoint = new Uri("https://captcha.example/verify"),
            Script = new Uri("https://captcha.example/widget.js"),
            ElementName = "cap widget",
            WidgetEndpoint = new Uri("javascript:0"),
        });
        Assert.Equal(2, errors.Count);
        Assert.StartsWith("Bouncer:Http:Captcha:WidgetEndpoint ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("Bouncer:Http:Captcha:ElementName ", errors[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://site.example")]
    [InlineData("site.example:443")]
    public void Validate_OfAHostnameThatIsNone_FindsIt(string host) =>
        Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKey = "secret", Hostname = host }));

    [Fact]
    public void Validate_OfASecretFile_FindsWhatIsWrongWithIt()
    {
        var file = Path.GetTempFileName();
        try
        {
            Assert.Empty(Validate("turnstile", new() { SiteKey = "site", SecretKeyFile = file }));
            Assert.Contains("not both", Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKey = "secret", SecretKeyFile = file })), StringComparison.Ordinal);
            Assert.Contains("no file", Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKeyFile = file + ".missing" })), StringComparison.Ordinal);
            File.WriteAllText(file, new string('a', 5000));
            Assert.Contains("larger than 4 KiB", Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKeyFile = file })), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static SiteVerifyOptions Read(Dictionary<string, string?> values)
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => $"{Section}:SiteVerify:{pair.Key}", pair => pair.Value)).Build();
        var options = new BouncerHttpOptions();
        new SectionBinder<BouncerHttpOptions>(root.GetSection("Bouncer"), "Http", BouncerHttpOptionsSection.Bind, []).Configure(options);
        return options.Captcha.SiteVerify;
    }

    private static SiteVerifySettings SettingsOf(SiteVerifyOptions options)
    {
        var http = new BouncerHttpOptions { Captcha = { SiteVerify = options } };
        return SiteVerifySettings.Create(new SettingsSource(http, new PageMaker(PageTexts.Load(null), new SiteDetails(null, null, null, null)), environment: null));
    }

    private static List<string> Validate(string provider, SiteVerifyOptions options)
    {
        List<string> errors = [];
        SiteVerifyOptionsValidator.Validate(provider, options, Section, environment: null, errors);
        return errors;
    }
}
