using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.Configuration;
using Microsoft.Extensions.Configuration;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

public sealed class CaptchaServiceOptionsTests
{
    private const string Section = "Bouncer:Http:Captcha";
    private const string Service = Section + ":Providers:it";

    [Fact]
    public void Read_OfASectionWithEverything_SetsEverything()
    {
        var options = Read(new()
        {
            ["Service"] = "HCaptcha",
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
        Assert.Same(SiteVerifyServices.HCaptcha, settings.Service);
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
    public void Read_OfASiteKey_LeavesTheDefaults()
    {
        var settings = SettingsOf(Read(new() { ["SiteKey"] = "site" }));
        Assert.Same(SiteVerifyServices.Turnstile, settings.Service);
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

    [Fact]
    public void Validate_OfANamedService_FindsNothing() =>
        Assert.Empty(Validate("login", new() { Service = "hCaptcha", SiteKey = "site", SecretKey = "secret" }));

    [Theory]
    [InlineData(null, ":Service is missing, and 'login' is not a captcha service; set it to one of turnstile, hcaptcha, recaptcha, recaptcha-v3, friendlycaptcha, siteverify.")]
    [InlineData("local", ":Service is 'local'; write one of turnstile, hcaptcha, recaptcha, recaptcha-v3, friendlycaptcha, siteverify.")]
    public void Validate_OfAServiceThatIsNone_NamesThemAll(string? service, string error) =>
        Assert.Equal([Service + error], Validate("login", new() { Service = service, SiteKey = "site", SecretKey = "secret" }));

    [Fact]
    public void Validate_WithoutKeys_FindsBoth() =>
        Assert.Equal(
            ["Bouncer:Http:Captcha:Providers:it:SiteKey is empty; get one from turnstile.", "Bouncer:Http:Captcha:Providers:it:SecretKey is missing or is not visible ASCII: set it or SecretKeyFile."],
            Validate("turnstile", new()));

    [Fact]
    public void Validate_OfAGenericServiceWithoutAddresses_FindsBoth()
    {
        var errors = Validate("siteverify", new() { SiteKey = "site", SecretKey = "secret" });
        Assert.Equal(["Bouncer:Http:Captcha:Providers:it:Endpoint is empty; siteverify has no default.", "Bouncer:Http:Captcha:Providers:it:Script is empty; siteverify has no default."], errors);
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
        Assert.StartsWith(Service + ":Endpoint ", error, StringComparison.Ordinal);
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
        Assert.Equal(2, errors.Length);
        Assert.StartsWith(Service + ":WidgetEndpoint ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith(Service + ":ElementName ", errors[1], StringComparison.Ordinal);
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
            Assert.Contains("does not exist", Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKeyFile = file + ".missing" })), StringComparison.Ordinal);
            File.WriteAllText(file, new string('a', 5000));
            Assert.Contains("larger than 4 KiB", Assert.Single(Validate("turnstile", new() { SiteKey = "site", SecretKeyFile = file })), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static CaptchaServiceOptions Read(Dictionary<string, string?> values)
    {
        var root = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => $"{Section}:Providers:Turnstile:{pair.Key}", pair => pair.Value)).Build();
        var options = new BouncerHttpOptions();
        new SectionBinder<BouncerHttpOptions>(root.GetSection("Bouncer"), "Http", BouncerHttpOptionsSection.Bind, []).Configure(options);
        return options.Captcha.Providers["turnstile"];
    }

    private static SiteVerifySettings SettingsOf(CaptchaServiceOptions options) =>
        SiteVerifySettings.Create("turnstile", options, new SettingsSource(new BouncerHttpOptions(), new PageMaker(PageTexts.Load(null), new SiteDetails(null, null, null, null)), environment: null));

    private static string[] Validate(string name, CaptchaServiceOptions options)
    {
        var errors = new SettingErrors(new BouncerHttpOptions(), "Http", "Captcha", "Providers", "it");
        CaptchaServiceOptionsValidator.Validate(name, options, environment: null, errors);
        return [.. errors.Result.Failures ?? []];
    }
}
