using System.Net;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>C19: a provider that cannot be asked is never a pass.</summary>
public sealed class CaptchaFaultTests
{
    private const int CaptchaFault = 2042;
    private const int CaptchaRecovered = 2044;

    private static readonly CaptchaWidget Foreign = new()
    {
        Field = "answer",
        Script = new Uri("https://captcha.example/api.js"),
        ElementClass = "captcha",
        Attributes = new Dictionary<string, string> { ["data-sitekey"] = "\"><x>" },
        Origins = ["https://captcha.example"],
    };

    public static TheoryData<string> Faults => ["throws", "says so", "never ends", "solved with a fault"];

    /// <summary>Faults that one client alone meets, it may have caused.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task C19_ProviderFailsForSeveralClients_LocalCaptchaStandsIn(string fault)
    {
        await using var site = await StartAsync(fault);
        using var challenges = site.Site.App.Services.Collect("bouncer.challenges");
        Assert.Contains("https://captcha.example/api.js", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        foreach (var client in new[] { CaptchaSite.OtherSuspect, CaptchaSite.OtherSuspect, CaptchaSite.OtherSuspect, CaptchaSite.ThirdSuspect })
        {
            var early = await site.PostAsync("right", headers: ("X-Forwarded-For", client));
            Assert.Equal(HttpStatusCode.Forbidden, early.Status);
            Assert.Null(early.Cookie);
            Assert.Contains("https://captcha.example/api.js", early.Body, StringComparison.Ordinal);
            Assert.Contains("not available at the moment", early.Body, StringComparison.Ordinal);
        }

        var answer = await site.PostAsync("right", returnPath: "/shop");
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
        Assert.Contains("name=\"altcha\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("data-task=\"{&quot;parameters", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("captcha.example", answer.Body + answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("bouncer.provider=trivial bouncer.outcome=fault", challenges.Tags);

        // What it says is true: of the captcha that is shown, of why, and of whom the browser meets.
        Assert.Contains("Your answer could not be checked", answer.Body, StringComparison.Ordinal);
        Assert.Contains("usual check is not available at the moment, so your browser has a small sum", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("try again in a minute", answer.Body[..answer.Body.IndexOf("<form", StringComparison.Ordinal)], StringComparison.Ordinal);
        Assert.Contains("The check uses one cookie (bouncer-…)", answer.Body, StringComparison.Ordinal);
        var fresh = (await site.GetAsync("/")).Body;
        Assert.Contains("name=\"altcha\"", fresh, StringComparison.Ordinal);
        Assert.Contains("usual check is not available", fresh, StringComparison.Ordinal);
        Assert.DoesNotContain("role=\"alert\"", fresh, StringComparison.Ordinal);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));

        // A no, which a provider may give without asking anybody, ends nothing.
        site.Provider.OnVerify = (_, _) => default;
        await site.PostAsync("");
        Assert.Contains("name=\"altcha\"", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        Assert.Equal(0, site.Site.Logs.Count(CaptchaRecovered));

        // The local captcha is not to be had by asking for it.
        Assert.Equal(HttpStatusCode.NotFound, (await site.GetAsync("/.bouncer/captcha/challenge")).Status);

        site.Provider.OnVerify = null;
        Assert.NotNull((await site.PostAsync("right")).Cookie);
        Assert.Equal(1, site.Site.Logs.Count(CaptchaRecovered));
        Assert.Contains("https://captcha.example/api.js", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C19_NoFallback_StaysClosed()
    {
        await using var site = await StartAsync("throws", http => http.Captcha.FallbackToLocal = false);
        var answer = await site.PostAsync("right");
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
        Assert.Contains("not available at the moment", answer.Body, StringComparison.Ordinal);
        Assert.Contains("https://captcha.example/api.js", answer.Body, StringComparison.Ordinal);

        // Once it is known, a visitor need not do the task to learn it.
        Assert.DoesNotContain("role=\"alert\"", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        foreach (var client in new[] { CaptchaSite.OtherSuspect, CaptchaSite.ThirdSuspect })
        {
            await site.PostAsync("right", headers: ("X-Forwarded-For", client));
        }

        var page = (await site.GetAsync("/")).Body;
        Assert.Contains("role=\"alert\">The check is not available at the moment", page, StringComparison.Ordinal);
        Assert.Contains("https://captcha.example/api.js", page, StringComparison.Ordinal);
        Assert.DoesNotContain("small sum", page, StringComparison.Ordinal);
        site.Provider.OnVerify = null;
        Assert.NotNull((await site.PostAsync("right")).Cookie);
        Assert.DoesNotContain("role=\"alert\"", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Local_SaysWhatItDoes()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.Captcha.Provider = "local");
        var page = (await site.GetAsync("/")).Body;
        Assert.Contains("so your browser has a small sum to work out before this site goes on", page, StringComparison.Ordinal);
        Assert.Contains("The check uses one cookie (bouncer-…)", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://captcha.example/api.js", "https://captcha.example", false, "It comes from another provider", "loaded from captcha.example:")]
    [InlineData("https://js.captcha.example/1/api.js", "https://captcha.example https://*.captcha.example", false, "It comes from another provider", "loaded from js.captcha.example, captcha.example:")]
    [InlineData("https://a.example/api.js", "https://a.example/captcha/ https://b.example:8443", true, "another provider checks your browser", "loaded from a.example, b.example:")]
    [InlineData("http://127.0.0.1/cap.js", "http://127.0.0.1", false, "Please do the task below to go on.</p>", "The check uses one cookie (bouncer-…)")]
    [InlineData("http://127.0.0.1/cap.js", "http://127.0.0.1:8080", true, "so your browser is checked before", "The check uses one cookie (bouncer-…)")]
    [InlineData("http://127.0.0.1/cap.js", "http://[::1]:8080/", false, "It comes from another provider", "loaded from [::1]:")]
    public async Task Page_Widget_SaysWhereItComesFrom(string script, string origins, bool isInvisible, string intro, string privacy)
    {
        await using var site = await StartAsync("throws", widget: Foreign with { Script = new Uri(script), Origins = origins.Split(' '), IsInvisible = isInvisible });
        var page = (await site.GetAsync("/")).Body;
        Assert.Contains(intro, page, StringComparison.Ordinal);
        Assert.Contains(privacy, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task F4_BusyHere_IsNotTheProvidersFault()
    {
        await using var site = await StartAsync("busy");
        foreach (var client in new[] { CaptchaSite.Suspect, CaptchaSite.OtherSuspect, CaptchaSite.ThirdSuspect })
        {
            var answer = await site.PostAsync("right", headers: ("X-Forwarded-For", client));
            Assert.Null(answer.Cookie);
            Assert.Contains("https://captcha.example/api.js", answer.Body, StringComparison.Ordinal);
        }

        Assert.Equal(0, site.Site.Logs.Count(CaptchaFault));
    }

    /// <summary>F4: a network has as many addresses as it likes.</summary>
    [Theory]
    [InlineData("2001:db8:7:{0}::1")]
    [InlineData("192.0.2.{0}")]
    public async Task F4_ClientsOfOneNetwork_AreOneVoice(string addresses)
    {
        await using var site = await StartAsync("says so");
        string[] clients = [.. Enumerable.Range(100, 10).Select(at => string.Format(null, addresses, at))];
        await site.Site.ChangeAsync(lapi => Array.ForEach(clients, client => lapi.Decide(client, Remediation.Captcha)));
        foreach (var client in clients)
        {
            Assert.Contains("https://captcha.example/api.js", (await site.PostAsync("right", headers: ("X-Forwarded-For", client))).Body, StringComparison.Ordinal);
        }

        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));
    }

    /// <summary>F4: clients that meet faults and solve captchas in turn do not fill the log.</summary>
    [Fact]
    public async Task F4_FaultsAndSolutionsInTurn_AreLoggedOnce()
    {
        await using var site = await StartAsync("says so");
        var fault = site.Provider.OnVerify;
        for (var round = 0; round < 8; round++)
        {
            site.Provider.OnVerify = fault;
            await site.PostAsync("right");
            site.Provider.OnVerify = null;
            await site.PostAsync("right");
        }

        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));
        Assert.Equal(1, site.Site.Logs.Count(CaptchaRecovered));
    }

    /// <summary>A provider that begins to be down is news, however short ago a client met a fault; and what clients met is
    /// forgotten again.</summary>
    [Fact]
    public async Task F4_FaultsOfSeveralNetworksAfterAWarning_AreWarnedAboutAndForgotten()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var site = await StartAsync("says so", clock: clock);
        var fault = site.Provider.OnVerify;
        await site.PostAsync("right");
        site.Provider.OnVerify = null;
        await site.PostAsync("right");
        Assert.Equal(1, site.Site.Logs.Count(CaptchaRecovered));

        site.Provider.OnVerify = fault;
        clock.Advance(ProviderHealth.Memory);
        await site.PostAsync("right");
        await site.PostAsync("right", headers: ("X-Forwarded-For", CaptchaSite.OtherSuspect));
        Assert.Equal(1, site.Site.Logs.Count(CaptchaFault));
        await site.PostAsync("right", headers: ("X-Forwarded-For", CaptchaSite.ThirdSuspect));
        Assert.Equal(2, site.Site.Logs.Count(CaptchaFault));

        Assert.Contains("name=\"altcha\"", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
        clock.Advance(ProviderHealth.Memory);
        Assert.Contains("https://captcha.example/api.js", (await site.GetAsync("/")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ForeignWidget_AllowsItsOriginsAndEncodesItsAttributes()
    {
        await using var site = await StartAsync("throws");
        var answer = await site.GetAsync("/");
        Assert.Contains("""<div class="captcha" data-action="bouncer_default" data-sitekey="&quot;&gt;&lt;x&gt;"></div>""", answer.Body, StringComparison.Ordinal);
        var policy = answer.Header("Content-Security-Policy");
        Assert.Matches("script-src 'sha256-[^']+' https://captcha.example;", policy);
        Assert.Contains("frame-src https://captcha.example;", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self' https://captcha.example;", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ForeignWidget_IsWrittenAsItSays()
    {
        await using var site = await StartAsync("throws", widget: Foreign with { ElementName = "own-captcha", IsModule = true });
        var page = (await site.GetAsync("/")).Body;
        Assert.Contains("""<own-captcha class="captcha" data-action="bouncer_default" data-sitekey="&quot;&gt;&lt;x&gt;"></own-captcha>""", page, StringComparison.Ordinal);
        Assert.Contains("""<script id="widget" src="https://captcha.example/api.js" type="module"></script>""", page, StringComparison.Ordinal);
        Assert.Contains("data-field=\"answer\"", page, StringComparison.Ordinal);
        Assert.Contains("do the task below", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_InvisibleWidget_HasAFieldInsteadOfAnElement()
    {
        await using var site = await StartAsync("throws", widget: Foreign with { IsInvisible = true });
        var page = (await site.GetAsync("/")).Body;
        Assert.Contains("""<input type="hidden" id="token" name="answer" data-action="bouncer_default" data-sitekey="&quot;&gt;&lt;x&gt;">""", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"captcha\"", page, StringComparison.Ordinal);
        Assert.Contains("nothing for you to do", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Div")]
    [InlineData("1div")]
    [InlineData("div onclick=x")]
    [InlineData("div><script")]
    public void Widget_ElementNameThatIsNone_Throws(string name) => Assert.Throws<ArgumentException>(() => Foreign with { ElementName = name });

    private static Task<CaptchaSite> StartAsync(
        string fault, Action<BouncerHttpOptions>? options = null, CaptchaWidget? widget = null, TimeProvider? clock = null) => CaptchaSite.StartAsync(
        http =>
        {
            http.Captcha.Timeout = TimeSpan.FromMilliseconds(200);
            options?.Invoke(http);
        },
        configure: builder => builder.Services.AddSingleton(clock ?? TimeProvider.System),
        provider: new TrivialProvider
        {
            Widget = widget ?? Foreign,
            OnVerify = (_, cancellation) => fault switch
            {
                "throws" => throw new InvalidOperationException("down"),
                "busy" => new(new CaptchaVerdict(false, Fault: "busy")),
                "says so" => new(new CaptchaVerdict(false, Fault: "http_503")),
                "never ends" => new(new TaskCompletionSource<CaptchaVerdict>().Task),
                _ => new(new CaptchaVerdict(true, Fault: "odd")),
            },
        });
}
