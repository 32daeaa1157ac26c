using Bouncer.AspNetCore.Ban;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Mfa;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Configuration;
using Bouncer.TestUtils;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests;

public sealed class BouncerHttpOptionsTests
{
    [Fact]
    public void Validate_EverythingWrong_ListsAllErrorsWithTheirKeys()
    {
        var services = Services(Configuration(
            ("Bouncer:Http:DryRun", "maybe"),
            ("Bouncer:Http:Ban:StatusCode", "200"),
            ("Bouncer:Http:Ban:Template", "no-such-file.html"),
            ("Bouncer:Http:Policies:api:DryRun", "perhaps"),
            ("Bouncer:Http:Policies:api:Map:none", "ban"),
            ("Bouncer:Http:Policies:api:Map:captcha", "")));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        string[] keys =
        [
            "Bouncer:Http:DryRun", "Bouncer:Http:Ban:StatusCode", "Bouncer:Http:Ban:Template",
            "Bouncer:Http:Policies:api:DryRun", "Bouncer:Http:Policies:api:Map:none", "Bouncer:Http:Policies:api:Map:captcha",
        ];
        Assert.Equal(keys.Length, error.Failures.Count());
        Assert.All(keys, key => Assert.Contains(error.Failures, failure => failure.StartsWith(key, StringComparison.Ordinal)));
    }

    [Fact]
    public void Validate_StatusIsNoNumber_SaysSo()
    {
        var services = Services(Configuration(("Bouncer:Http:Ban:StatusCode", "forbidden")));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Equal(["Bouncer:Http:Ban:StatusCode is not a whole number."], error.Failures);
    }

    /// <summary>What could never work is said at the start.</summary>
    [Theory]
    [InlineData("PathPrefix", "/..", "PathPrefix is '/..'")]
    [InlineData("PathPrefix", "/./x", "PathPrefix is '/./x'")]
    [InlineData("PathPrefix", "/x/../y", "PathPrefix is '/x/../y'")]
    [InlineData("Mfa:OpenPaths:0", "/login;/logout", "Mfa:OpenPaths:0 is '/login;/logout'")]
    [InlineData("Mfa:OpenPaths:0", "/login*", "Mfa:OpenPaths:0 is '/login*'")]
    [InlineData("Mfa:OpenPaths:0", "/{**rest}", "Mfa:OpenPaths:0 is '/{**rest}'")]
    [InlineData("Policies:api :DryRun", "true", "Policies has a policy named 'api '")]
    public void Validate_ValueThatCannotWork_SaysSo(string key, string value, string failure)
    {
        var services = Services(Configuration(("Bouncer:Http:" + key, value)));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.StartsWith("Bouncer:Http:" + failure, Assert.Single(error.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.bouncer")]
    [InlineData("/..bouncer/x.y")]
    public void Validate_PathPrefixWithDots_IsAPath(string prefix) =>
        Assert.Equal(prefix, Services(Configuration(("Bouncer:Http:PathPrefix", prefix))).GetRequiredService<IOptions<BouncerHttpOptions>>().Value.PathPrefix);

    [Fact]
    public void Validate_TwoSpellingsOfOneRemediation_SaysSo()
    {
        var services = Services(Configuration(("Bouncer:Http:Policies:api:Map:throttle", "ban"), ("Bouncer:Http:Policies:api:Map:limit", "none")));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Equal("Bouncer:Http:Policies:api:Map maps the remediation 'throttle' more than once, as limit and throttle.", Assert.Single(error.Failures));
    }

    /// <summary>A policy that is not read leaves its endpoints to the default one.</summary>
    [Theory]
    [InlineData("Policies:default:Map", "captcha=ban", "Policies:default:Map is a value, not a section.")]
    [InlineData("Policies:default:Map:0", "captcha", "Policies:default:Map is a list, not a section.")]
    [InlineData("Policies:default:Rules", "CAPI=captcha", "Policies:default:Rules is a value, not a list of sections.")]
    [InlineData("Policies:default:Rules:0", "CAPI", "Policies:default:Rules:0 is a value, not a section.")]
    [InlineData("Policies:default:Rules:Origin", "CAPI", "Policies:default:Rules:Origin is a value, not a section.")]
    [InlineData("Policies:0:WhenUnavailable", "ban", "Policies is a list, not a section.")]
    [InlineData("Policies:api", "ban", "Policies:api is a value, not a section.")]
    [InlineData("Policies:api:0", "ban", "Policies:api is a list, not a section.")]
    [InlineData("Policies", "strict", "Policies is a value, not a section.")]
    [InlineData("Throttle", "5/00:01:00", "Throttle is a value, not a section.")]
    [InlineData("Throttle:0", "5", "Throttle is a list, not a section.")]
    [InlineData("Ban", "404", "Ban is a value, not a section.")]
    [InlineData("Site", "shop", "Site is a value, not a section.")]
    [InlineData("Mfa", "claim", "Mfa is a value, not a section.")]
    [InlineData("Captcha", "turnstile", "Captcha is a value, not a section.")]
    [InlineData("Captcha:Providers", "turnstile", "Captcha:Providers is a value, not a section.")]
    [InlineData("Captcha:Providers:0:SiteKey", "x", "Captcha:Providers is a list, not a section.")]
    [InlineData("Captcha:Providers:turnstile", "x", "Captcha:Providers:turnstile is a value, not a section.")]
    [InlineData("Policies:api:Captcha", "local", "Policies:api:Captcha is a value, not a section.")]
    public void Validate_NoSectionWhereOneBelongs_SaysSo(string key, string value, string failure)
    {
        var services = Services(Configuration(("Bouncer:Http:" + key, value)));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Contains("Bouncer:Http:" + failure, error.Failures);
    }

    [Theory]
    [InlineData("Bouncer:Http", "DryRun", "Bouncer:Http is a value, not a section.")]
    [InlineData("Bouncer:Http:0:WhenUnavailable", "ban", "Bouncer:Http is a list, not a section.")]
    public void Validate_TheWholeIsNoSection_SaysSo(string key, string value, string failure)
    {
        var services = Services(Configuration((key, value)));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Contains(failure, error.Failures);
    }

    [Fact]
    public void Bind_RulesAsAList_AreRead()
    {
        var services = Services(Configuration(
            ("Bouncer:Http:Policies:api:Rules:0:Origin", "CAPI"),
            ("Bouncer:Http:Policies:api:Rules:0:Remediation", "captcha"),
            ("Bouncer:Http:Policies:api:Rules:1:Origin", "cscli"),
            ("Bouncer:Http:Policies:api:Rules:1:Remediation", "ban")));
        Assert.Equal(["CAPI", "cscli"], services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value.Policies["api"].Rules.Select(rule => rule.Origin));
    }

    /// <summary>By the reader of the engine's settings, and where a name is itself a key.</summary>
    [Fact]
    public void Validate_AnotherShape_SaysSo()
    {
        var services = Services(Configuration(
            ("Bouncer:Http:DryRun:0", "true"),
            ("Bouncer:Http:Mfa:OpenPaths", "/a"),
            ("Bouncer:Http:Mfa:OpenPaths:0", "/b"),
            ("Bouncer:Http:Policies:api:Map:ban:as", "captcha")));
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Equal(
            [
                "Bouncer:Http:DryRun is a section or a list: write true or false.",
                "Bouncer:Http:Mfa:OpenPaths is written as a text and as a list: write it as a list everywhere.",
                "Bouncer:Http:Policies:api:Map:ban is a section or a list: write a text.",
            ],
            error.Failures.Take(3));
    }

    /// <summary>In whichever section of which package it is meant to be.</summary>
    [Theory]
    [InlineData("Http:DryRuns", "Http:DryRuns is not a setting. Did you mean MyApp:Crowd:Http:DryRun?")]
    [InlineData("Http:PermitLimit", "Http:PermitLimit is not a setting. Did you mean MyApp:Crowd:Http:Throttle:PermitLimit or MyApp:Crowd:Http:Policies:{name}:Throttle:PermitLimit?")]
    [InlineData("Http:Policies:api:Maps:captcha", "Http:Policies:api:Maps is not a setting. Did you mean MyApp:Crowd:Http:Policies:api:Map?")]
    [InlineData("Http:Policies:api:Rules:0:Orgin", "Http:Policies:api:Rules:0:Orgin is not a setting. Did you mean MyApp:Crowd:Http:Policies:api:Rules:0:Origin?")]
    [InlineData("DryRun", "DryRun is not a setting. Did you mean MyApp:Crowd:Http:DryRun or MyApp:Crowd:Http:Policies:{name}:DryRun?")]
    [InlineData("Http:MaxHops", "Http:MaxHops is not a setting. Did you mean MyApp:Crowd:Proxies:MaxHops?")]
    public void Validate_KeyThatIsNoSetting_SaysWhichIsMeant(string key, string failure)
    {
        var services = new ServiceCollection();
        services.AddBouncer(new ConfigurationBuilder().AddInMemoryCollection([new("MyApp:Crowd:" + key, "1")]).Build().GetSection("MyApp:Crowd"));
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<InvalidSettingsException>(() => InvalidSettingsException.ThrowIfAny(provider.GetRequiredService<IStartupValidator>()));
        Assert.Contains("MyApp:Crowd:" + failure, error.Failures);
    }

    /// <summary>The configuration binder adds to lists.</summary>
    [Fact]
    public void Bind_OneSectionTwice_AddsItsRulesOnce()
    {
        var configuration = Configuration(("Bouncer:Http:Policies:api:Rules:0:Origin", "CAPI"), ("Bouncer:Http:Policies:api:Rules:0:Remediation", "captcha"));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddBouncer();
        services.AddBouncer(configuration.GetSection("Bouncer"));
        services.AddBouncer(configuration.GetSection("Bouncer"));
        using var provider = services.BuildServiceProvider();
        Assert.Single(provider.GetRequiredService<IOptions<BouncerHttpOptions>>().Value.Policies["API"].Rules);
    }

    /// <summary>A policy of which nothing is said is one all the same, with the names of policies compared without case.</summary>
    [Fact]
    public void Bind_EmptyPolicyAndOneInCode_AreThere()
    {
        var services = new ServiceCollection();
        services.AddBouncer(_ => { }).AddPolicy("Api", policy => policy.MapOrigin("cscli", Remediation.Ban));
        services.AddBouncer(new ConfigurationBuilder().AddJsonStream(new MemoryStream("""{"Http":{"Policies":{"strict":{},"api":{"Maximum":"ban","Rules":[{"Origin":"CAPI","Remediation":"none"}]}}}}"""u8.ToArray())).Build());
        using var provider = services.BuildServiceProvider();
        var policies = provider.GetServices<IConfigureOptions<BouncerHttpOptions>>().Aggregate(new BouncerHttpOptions(), (options, source) =>
        {
            source.Configure(options);
            return options;
        }).Policies;
        Assert.Equal(["Api", "strict"], policies.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["cscli", "CAPI"], policies["API"].Rules.Select(rule => rule.Origin));
    }

    [Fact]
    public void U10_Reload_KeyThatIsNoSetting_IsRefusedAndTheLastGoodOnesStay()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = Services(configuration, logs).GetRequiredService<HttpSettingsProvider>();
        Assert.Equal(410, source.Current.Options.Ban.StatusCode);
        (configuration["Bouncer:Http:Ban:StatusCode"], configuration["Bouncer:Http:Ban:StatusCod"], configuration["Bouncer:Http:DryRuns"]) = ("404", "404", "true");
        configuration.Reload();
        Assert.Equal(410, source.Current.Options.Ban.StatusCode);
        Assert.Equal(
            "The changed settings are invalid and not used; the previous ones stay in force: "
                + "\n- Bouncer:Http:Ban:StatusCod is not a setting. Did you mean Bouncer:Http:Ban:StatusCode?"
                + "\n- Bouncer:Http:DryRuns is not a setting. Did you mean Bouncer:Http:DryRun?",
            Assert.Single(logs.Lines, line => line.Id == EventIds.ReloadRefused).Text);
    }

    [Fact]
    public void U10_Reload_ValidSettings_TakeEffect()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "403"));
        var source = InForce(Services(configuration, logs));
        configuration["Logging:LogLevel:Default"] = "Debug";
        configuration.Reload();
        Assert.Equal(0, logs.Count(EventIds.Reloaded));
        configuration["Bouncer:Http:Ban:StatusCode"] = "451";
        configuration.Reload();
        configuration.Reload();
        Assert.Empty(logs.Lines.Where(line => line.Id == EventIds.ReloadRefused).Select(line => line.Text));
        Assert.Equal(451, source.Current.Of<BanSettings>().Refusal.Problem.Status);
        Assert.Equal(1, logs.Count(EventIds.Reloaded));
    }

    [Fact]
    public void U9_Reload_AClaimWhereUsersWereNotMatched_WaitsForARestartAndIsNotInEffect()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Mfa:MaxAge", "00:10:00"));
        _ = InForce(Services(configuration, logs));
        configuration["Bouncer:Http:Mfa:UserNameClaim"] = "name";
        configuration.Reload();
        configuration.Reload();
        Assert.Equal(
            "The setting Bouncer:Http:Mfa:UserNameClaim was changed and takes effect at the next start.",
            Assert.Single(logs.Lines, line => line.Id == EventIds.NeedsRestart).Text);
        Assert.Equal(0, logs.Count(EventIds.Reloaded));

        configuration["Bouncer:Http:Mfa:MaxAge"] = "00:05:00";
        configuration.Reload();
        Assert.Equal((1, 1), (logs.Count(EventIds.Reloaded), logs.Count(EventIds.NeedsRestart)));
    }

    [Fact]
    public void U10_Reload_AnotherClaimOrNone_IsInEffectAtOnce()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Mfa:UserNameClaim", "name"));
        var source = InForce(Services(configuration, logs));
        foreach (var claim in new[] { "sub", "" })
        {
            configuration["Bouncer:Http:Mfa:UserNameClaim"] = claim;
            configuration.Reload();
            Assert.Equal(claim.Length > 0 ? claim : null, source.Current.Of<MfaSettings>().UserNameClaim);
        }

        Assert.Equal((2, 0), (logs.Count(EventIds.Reloaded), logs.Count(EventIds.NeedsRestart)));
    }

    [Fact]
    public void U10_Reload_InvalidSettings_AreLoggedAndTheLastGoodOnesStay()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = InForce(Services(configuration, logs));
        configuration["Bouncer:Http:Ban:StatusCode"] = "200";
        configuration.Reload();
        Assert.Equal(410, source.Current.Of<BanSettings>().Refusal.Problem.Status);
        Assert.Equal(1, logs.Count(EventIds.ReloadRefused));
        configuration["Bouncer:Http:Ban:StatusCode"] = "404";
        configuration.Reload();
        Assert.Equal(404, source.Current.Of<BanSettings>().Refusal.Problem.Status);
        Assert.Equal(1, logs.Count(EventIds.Reloaded));
    }

    /// <summary>U10: a file that is deleted, emptied, or misspelt at its first key, is no wish to do without all settings.</summary>
    [Fact]
    public void U10_Reload_WholeSectionGone_IsRefusedUntilItIsBack()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = InForce(Services(configuration, logs));
        configuration["Bouncer:Http:Ban:StatusCode"] = null;
        configuration.Reload();
        configuration.Reload();
        Assert.Equal(410, source.Current.Options.Ban.StatusCode);
        Assert.Equal((2, 0), (logs.Count(EventIds.ReloadRefused), logs.Count(EventIds.Reloaded)));
        configuration["Bouncer:Http:Ban:StatusCode"] = "404";
        configuration.Reload();
        Assert.Equal(404, source.Current.Options.Ban.StatusCode);
    }

    /// <summary>U10: what could not start is not taken, whatever part of it is wrong.</summary>
    [Theory]
    [InlineData("Bouncer:Lapi:ApiKey", "")]
    [InlineData("Bouncer:Lapi:Url", "nowhere")]
    [InlineData("Bouncer", "x")]
    [InlineData("Bouncer:0:Http:DryRun", "true")]
    public void U10_Reload_EngineCouldNotStart_LeavesTheLastGoodOnes(string key, string value)
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var services = Services(configuration, logs);
        var (source, proxies) = (InForce(services), services.GetRequiredService<ProxyTrustMonitor>());
        configuration["Bouncer:Http:Ban:StatusCode"] = "404";
        configuration["Bouncer:Proxies:Networks"] = "10.0.0.0/8";
        configuration[key] = value;
        configuration.Reload();
        Assert.Equal((410, ProxyTrustSource.None), (source.Current.Options.Ban.StatusCode, proxies.Current.Source));
        Assert.Equal(2, logs.Count(EventIds.ReloadRefused));
    }

    /// <summary>U10: proxies that vanish would make every visitor the proxy.</summary>
    [Fact]
    public void U10_Reload_ProxiesGone_StayTrustedUnlessAnEmptyListSaysSo()
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Proxies:Networks", "10.0.0.0/8"));
        var proxies = Services(configuration, logs).GetRequiredService<ProxyTrustMonitor>();
        configuration["Bouncer:Proxies:Networks"] = null;
        configuration.Reload();
        Assert.Single(proxies.Current.Networks);
        Assert.Equal(1, logs.Count(EventIds.ReloadRefused));
        configuration["Bouncer:Proxies:Networks"] = "";
        configuration.Reload();
        Assert.Equal((ProxyTrustSource.Settings, 0), (proxies.Current.Source, proxies.Current.Networks.Length));
    }

    [Theory]
    [InlineData("AuthenticateScheme")]
    [InlineData("ChallengeScheme")]
    public void U10_SchemeThatTheApplicationLacks_IsRefusedAtTheStartAndByAReload(string key)
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = InForce(Services(configuration, logs));
        configuration[$"Bouncer:Http:Mfa:{key}"] = "nope";
        var error = Assert.Throws<OptionsValidationException>(() => Services(configuration).GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Contains($"Bouncer:Http:Mfa:{key} names the authentication scheme 'nope'", error.Message, StringComparison.Ordinal);
        configuration.Reload();
        Assert.Null(source.Current.Options.Mfa.AuthenticateScheme ?? source.Current.Options.Mfa.ChallengeScheme);
        Assert.Equal(1, logs.Count(EventIds.ReloadRefused));
    }

    [Theory]
    [InlineData("Bouncer:Http:WhenUnavailable")]
    [InlineData("Bouncer:Http:Policies:api:WhenUnavailable")]
    [InlineData("Bouncer:Http:Policies:api:Map:captcha")]
    public void Reload_RemediationWithoutAHandler_IsRefusedAsAtTheStart(string key)
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = InForce(Services(configuration, logs));
        var before = source.Current;
        configuration[key] = "polka";
        configuration.Reload();
        Assert.Same(before, source.Current);
        Assert.Equal(1, logs.Count(EventIds.ReloadRefused));
    }

    [Theory]
    [InlineData("Bouncer:Http:Captcha:Provider")]
    [InlineData("Bouncer:Http:Policies:strict:Captcha:Provider")]
    public void Reload_UnknownCaptchaProvider_IsRefusedAndTheOldSettingsStay(string key)
    {
        var logs = new FakeLogCollector();
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "410"));
        var source = InForce(Services(configuration, logs));
        var before = source.Current;
        configuration[key] = "tea-leaves";
        configuration.Reload();
        Assert.Same(before, source.Current);
        Assert.Contains("'tea-leaves'", Assert.Single(logs.Lines, line => line.Id == EventIds.ReloadRefused).Text, StringComparison.Ordinal);
        configuration[key] = "hcaptcha";
        configuration["Bouncer:Http:Captcha:Providers:hcaptcha:SiteKey"] = "site";
        configuration["Bouncer:Http:Captcha:Providers:hcaptcha:SecretKey"] = "secret";
        configuration.Reload();
        Assert.NotSame(before, source.Current);
    }

    /// <summary>A host makes its services before it validates options.</summary>
    [Fact]
    public void Current_SettingsThatAreNotValid_AreTheFirstUsersErrorAndNotTheMakers()
    {
        var configuration = Configuration(("Bouncer:Http:Ban:StatusCode", "200"));
        var source = Services(configuration).GetRequiredService<HttpSettingsProvider>();
        Assert.Throws<OptionsValidationException>(() => source.Current);
        configuration["Bouncer:Http:Ban:StatusCode"] = "404";
        configuration.Reload();
        Assert.Equal(404, source.Current.Options.Ban.StatusCode);
        Assert.Same(source.Current, source.Current);
    }

    [Fact]
    public async Task Current_FirstUsedByManyAtOnce_IsOneState()
    {
        var source = Services(Configuration(("Bouncer:Http:Ban:StatusCode", "404"))).GetRequiredService<HttpSettingsProvider>();
        using var start = new Barrier(8);
        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return source.Current;
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Single(found.Distinct());
    }

    /// <summary>The settings of a start: they are in force, and a reload is compared with them.</summary>
    private static HttpSettingsProvider InForce(ServiceProvider services)
    {
        var source = services.GetRequiredService<HttpSettingsProvider>();
        _ = source.Current;
        return source;
    }

    private static ServiceProvider Services(IConfiguration configuration, FakeLogCollector? logs = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddMetrics().AddLogging(logging => logging.AddCollector(logs ?? new FakeLogCollector()));
        services.AddBouncer();
        return services.BuildServiceProvider();
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("Bouncer:Lapi:Url", "http://127.0.0.1:8080/"), new("Bouncer:Lapi:ApiKey", "key"), .. values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))]).Build();
}
