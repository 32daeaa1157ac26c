using System.Net;
using System.Text.RegularExpressions;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Captcha.Local;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Configuration;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Policies;

public sealed partial class GonePolicyTests
{
    private const string Strict = "Bouncer:Http:Policies:strict:Map:throttle";
    private const string Other = "Bouncer:Http:Policies:other:Map:throttle";

    /// <summary>U10: it keeps how it throttles, and what captcha it asks for.</summary>
    [Fact]
    public async Task U10_Reload_WithoutAPolicyThatAnEndpointNames_ItsThrottleAndCaptchaStay()
    {
        const string Throttled = "192.0.2.50";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Throttled, TimeSpan.FromHours(1), "throttle");
        const string Limit = "Bouncer:Http:Policies:strict:Throttle:PermitLimit";
        const string Difficulty = "Bouncer:Http:Policies:strict:Captcha:Difficulty";
        var strict = new LiveSettings { [Limit] = "1", [Difficulty] = "9" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                ((IConfigurationBuilder)builder.Configuration).Add(strict);
                builder.Services.AddBouncer();
            },
            app => app.MapGet("/strict", () => "hello").RequireBouncer("strict"));
        var settings = site.App.Services.GetRequiredService<HttpSettingsProvider>();
        Assert.Equal((200, 429), (await site.StatusAsync(Throttled, "/strict"), await site.StatusAsync(Throttled, "/strict")));

        (strict[Limit], strict[Difficulty], strict[Other]) = (null, null, "captcha");
        strict.Reload();
        strict[Other] = "none";
        strict.Reload();

        Assert.False(settings.Current.Policies.IsDefined("strict"));
        Assert.Equal(429, await site.StatusAsync(Throttled, "/strict"));
        Assert.Equal(200, await site.StatusAsync(Throttled));
        Assert.Equal(9, settings.Current.Of<CaptchaSettings>().Of("strict").Difficulty);

        strict[Limit] = "1000";
        strict.Reload();
        Assert.Equal(200, await site.StatusAsync(Throttled, "/strict"));
        Assert.NotEqual(9, settings.Current.Of<CaptchaSettings>().Of("strict").Difficulty);
    }

    /// <summary>U10: an endpoint must not become milder because the name of its policy vanished from a file.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task U10_Reload_WithoutAPolicyThatAnEndpointNames_TheEndpointKeepsIt(bool isAdded)
    {
        const string Throttled = "192.0.2.50";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Throttled, TimeSpan.FromHours(1), "throttle");
        var logs = new FakeLogCollector();
        var strict = new LiveSettings { [Strict] = "ban" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(logs);
                ((IConfigurationBuilder)builder.Configuration).Add(strict);
                if (isAdded)
                {
                    builder.Services.AddBouncer();
                }
            },
            app => app.MapGet("/strict", () => "hello").RequireBouncer("strict"));
        Assert.Equal((200, 403), (await site.StatusAsync(Throttled), await site.StatusAsync(Throttled, "/strict")));

        strict[Strict] = null;
        strict[Other] = "captcha";
        strict.Reload();
        strict[Other] = "none";
        strict.Reload();
        Assert.Equal((200, 403), (await site.StatusAsync(Throttled), await site.StatusAsync(Throttled, "/strict")));
        Assert.Equal(1, logs.Count(EventIds.PolicyGone));

        strict[Other] = null;
        strict[Strict] = "none";
        strict.Reload();
        Assert.Equal(200, await site.StatusAsync(Throttled, "/strict"));

        (strict[Strict], strict[Other]) = (null, "none");
        strict.Reload();
        Assert.Equal(2, logs.Count(EventIds.PolicyGone));
    }

    /// <summary>U10: a policy that is tried out and taken away again must not count for ever.</summary>
    [Fact]
    public async Task U10_Reload_WithoutAPolicyThatNothingNames_ItIsForgotten()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var settings = new LiveSettings { [Other] = "none" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                ((IConfigurationBuilder)builder.Configuration).Add(settings);
                builder.Services.AddBouncer();
            },
            app => app.MapGet("/other", () => "hello").RequireBouncer("other"));
        var current = site.App.Services.GetRequiredService<HttpSettingsProvider>();
        Assert.Equal(2, current.Current.Policies.All.Length);

        settings[Strict] = "ban";
        settings.Reload();
        Assert.Equal(3, current.Current.Policies.All.Length);

        settings[Strict] = null;
        settings.Reload();
        Assert.Equal(2, current.Current.Policies.All.Length);
    }

    /// <summary>U10: a dry run ends with its policy; the rest stays.</summary>
    [Fact]
    public async Task U10_Reload_WithoutAPolicyThatWasADryRun_ItsEndpointsAreProtected()
    {
        const string Banned = "192.0.2.66";
        const string DryRun = "Bouncer:Http:Policies:strict:DryRun";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned, TimeSpan.FromHours(1));
        var settings = new LiveSettings { [DryRun] = "true", [Other] = "none" };
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                ((IConfigurationBuilder)builder.Configuration).Add(settings);
                builder.Services.AddBouncer();
            },
            app => app.MapGet("/strict", () => "hello").RequireBouncer("strict"));
        Assert.Equal(200, await site.StatusAsync(Banned, "/strict"));

        settings[DryRun] = null;
        settings.Reload();
        Assert.Equal(403, await site.StatusAsync(Banned, "/strict"));
    }

    /// <summary>U10: what an endpoint still asks for can still be done.</summary>
    [Theory]
    [InlineData("captcha", "none")]
    [InlineData("captcha", "ban")]
    [InlineData("throttle", "ban")]
    public async Task U10_Reload_WithoutAPolicy_ItsCaptchaCanBeSolved(string remediation, string byDefault)
    {
        const string Level = "Bouncer:Http:Policies:strict:Captcha:Difficulty";
        var settings = new LiveSettings { [Level] = "2", [Other] = "none", [$"Bouncer:Http:Policies:default:Map:{remediation}"] = byDefault };
        var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(settings);
        await using var site = await CaptchaSite.StartAsync(
            http =>
            {
                http.Captcha.Provider = "local";
                http.Captcha.Difficulty = 1;
            },
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/strict", () => "inside").RequireBouncer("strict");
            },
            builder =>
            {
                var section = configuration.GetSection("Bouncer");
                builder.Services.BindSection<BouncerHttpOptions>(_ => section, "Http", BouncerHttpOptionsSection.Bind);
                builder.Services.AddSingleton<IOptionsChangeTokenSource<BouncerHttpOptions>>(new HttpSectionChanges(section));
            });
        settings[Level] = null;
        settings.Reload();
        Assert.False(site.Site.App.Services.GetRequiredService<HttpSettingsProvider>().Current.Policies.IsDefined("strict"));

        var page = (await site.GetAsync("/strict")).Body;
        var link = WebUtility.HtmlDecode(ChallengeLink().Match(page).Groups[1].Value);
        Assert.Contains("p=strict", link, StringComparison.Ordinal);
        var task = await site.GetAsync(link);
        Assert.Equal(HttpStatusCode.OK, task.Status);
        var form = new FormUrlEncodedContent([new("altcha", AltchaSolver.Solve(task.Body))]);
        var solved = await site.SendAsync(HttpMethod.Post, link.Replace("/challenge", "", StringComparison.Ordinal), form, ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.SeeOther, solved.Status);
        Assert.Equal("inside", (await site.GetAsync("/strict", ("Cookie", solved.Cookie!))).Body);
    }

    [GeneratedRegex("\"(/\\.bouncer/captcha/challenge[^\"]*)\"")]
    private static partial Regex ChallengeLink();
}
