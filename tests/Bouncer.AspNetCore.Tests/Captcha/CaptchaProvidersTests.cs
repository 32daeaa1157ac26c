using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>Providers by their names: the application's own, those of the settings, and the built-in one.</summary>
public sealed class CaptchaProvidersTests
{
    /// <summary>Names are known before a provider is made.</summary>
    [Fact]
    public void Validate_UnknownProvider_IsFoundTheFirstTimeAndNamesAllThatAreKnown()
    {
        var error = Assert.Throws<OptionsValidationException>(() => OptionsOf(
            builder => builder.AddCaptchaProvider("own", static _ => throw new InvalidOperationException("None is to be made.")),
            http =>
            {
                http.Captcha.Provider = "tea-leaves";
                http.Policy("strict").Captcha.Provider = "dice";
                http.Policy("fine").Captcha.Provider = "Own";
                http.Captcha.Providers["login"] = Service("hcaptcha");
            }));
        Assert.Equal(
            [
                "Bouncer:Http:Captcha:Provider names the unknown captcha provider 'tea-leaves'. Known providers: local, login, own.",
                "Bouncer:Http:Policies:strict:Captcha:Provider names the unknown captcha provider 'dice'. Known providers: local, login, own.",
            ],
            error.Failures);
    }

    [Fact]
    public void Validate_ServiceWithoutASection_SaysWhichToAdd() =>
        Assert.Equal(
            ["Bouncer:Http:Policies:strict:Captcha:Provider names the unknown captcha provider 'HCaptcha'. Known providers: local. To use the service hcaptcha, add section Bouncer:Http:Captcha:Providers:hcaptcha with its keys."],
            Assert.Throws<OptionsValidationException>(() => OptionsOf(_ => { }, http => http.Policy("strict").Captcha.Provider = "HCaptcha")).Failures);

    [Fact]
    public void Validate_SectionsThatNoPolicyNames_AreLookedAtToo()
    {
        var error = Assert.Throws<OptionsValidationException>(() => OptionsOf(_ => { }, http => http.Captcha.Providers["turnstile"] = new()));
        Assert.Equal("Bouncer:Http:Captcha:Providers:turnstile:SiteKey is empty; get one from turnstile.", error.Failures.First());
    }

    [Theory]
    [InlineData("local")]
    [InlineData("OWN")]
    public void Validate_SectionWithTheNameOfARegisteredProvider_IsAnError(string name)
    {
        var error = Assert.Throws<OptionsValidationException>(() =>
            OptionsOf(builder => builder.AddCaptchaProvider("own", new TrivialProvider()), http => http.Captcha.Providers[name] = Service("hcaptcha")));
        Assert.Equal(
            [$"Bouncer:Http:Captcha:Providers:{name} has the name of a captcha provider that is built in or added with AddCaptchaProvider; give the section another name."],
            error.Failures);
    }

    [Fact]
    public async Task Start_UnknownProvider_StopsTheStart()
    {
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => TestSite.StartAsync(b => b.ConfigureHttp(http => http.Captcha.Provider = "tea-leaves")));
        Assert.Contains("'tea-leaves'", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Forms => ["type", "instance", "factory"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AddCaptchaProvider_InEachForm_IsChosenByItsName(string form)
    {
        await using var site = await StartAsync(builder => Add(builder, form, "riddle"), "Riddle");
        Assert.Contains("https://riddle.example/widget.js", await PageOf(site), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task AddCaptchaProvider_NamedAsAnotherOne_TakesItsPlace(string form)
    {
        await using var site = await StartAsync(builder => Add(builder.AddCaptchaProvider("riddle", new TrivialProvider()), form, "RIDDLE"), "riddle");
        Assert.Contains("https://riddle.example/widget.js", await PageOf(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddCaptchaProvider_NamedAsTheBuiltInOne_TakesItsPlace()
    {
        await using var site = await StartAsync(builder => Add(builder, "type", "local"), provider: null);
        Assert.Contains("https://riddle.example/widget.js", await PageOf(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddCaptchaProvider_ByAFactory_IsMadeOnceOfTheApplicationsServicesAndDisposedWithThem()
    {
        List<Riddle> made = [];
        await using (var site = await StartAsync(
            builder => builder.AddCaptchaProvider("riddle", services =>
            {
                made.Add(new Riddle { Clock = services.GetRequiredService<TimeProvider>() });
                return made[^1];
            }),
            "riddle"))
        {
            using var one = await site.GetAsync("/", CaptchaSite.Suspect);
            using var two = await site.GetAsync("/", CaptchaSite.Suspect);
            Assert.Equal((HttpStatusCode.Forbidden, false), (two.StatusCode, Assert.Single(made).IsDisposed));
        }

        Assert.Equal((true, TimeProvider.System), (made[0].IsDisposed, made[0].Clock));
    }

    [Fact]
    public async Task AddCaptchaProvider_ByAnInstance_IsLeftToWhoMadeIt()
    {
        var riddle = new Riddle();
        await (await StartAsync(builder => builder.AddCaptchaProvider("riddle", riddle), "riddle")).DisposeAsync();
        Assert.False(riddle.IsDisposed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void AddCaptchaProvider_WithoutAName_Throws(string name)
    {
        var builder = new TestBuilder(new ServiceCollection());
        Assert.ThrowsAny<ArgumentException>(() => builder.AddCaptchaProvider<Riddle>(name));
        Assert.ThrowsAny<ArgumentException>(() => builder.AddCaptchaProvider(name, new Riddle()));
        Assert.ThrowsAny<ArgumentException>(() => builder.AddCaptchaProvider(name, static _ => new Riddle()));
    }

    private static IBouncerBuilder Add(IBouncerBuilder builder, string form, string name) => form switch
    {
        "type" => builder.AddCaptchaProvider<Riddle>(name),
        "instance" => builder.AddCaptchaProvider(name, new Riddle()),
        _ => builder.AddCaptchaProvider(name, static _ => new Riddle()),
    };

    private static async Task<string> PageOf(TestSite site)
    {
        using var page = await site.GetAsync("/", CaptchaSite.Suspect, CaptchaSite.Browser);
        return await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static CaptchaServiceOptions Service(string service) => new() { Service = service, SiteKey = "site", SecretKey = "secret" };

    private static BouncerHttpOptions OptionsOf(Action<IBouncerBuilder> add, Action<BouncerHttpOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics();
        var builder = new TestBuilder(services);
        add(builder);
        builder.ConfigureHttp(configure);
        return services.BuildServiceProvider().GetRequiredService<IOptions<BouncerHttpOptions>>().Value;
    }

    private static Task<TestSite> StartAsync(Action<IBouncerBuilder> add, string? provider) => TestSite.StartAsync(
        builder =>
        {
            add(builder);
            builder.ConfigureHttp(http => http.Captcha.Provider = provider ?? http.Captcha.Provider);
        },
        decisions: lapi => lapi.Decide(CaptchaSite.Suspect, Remediation.Captcha));

    private sealed class Riddle : ICaptchaProvider, IDisposable
    {
        public CaptchaWidget Widget { get; } = new() { Field = "riddle", Script = new Uri("https://riddle.example/widget.js") };

        internal TimeProvider? Clock { get; init; }

        internal bool IsDisposed { get; private set; }

        public ValueTask<string?> ChallengeAsync(CaptchaContext context, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);

        public ValueTask<CaptchaVerdict> VerifyAsync(CaptchaContext context, string solution, CancellationToken cancellationToken) => default;

        public void Dispose() => IsDisposed = true;
    }
}
