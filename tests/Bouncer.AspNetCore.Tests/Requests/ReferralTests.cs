using System.Net;
using System.Text.RegularExpressions;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Tests.Captcha;
using Bouncer.AspNetCore.Tests.Captcha.Local;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>A solution counts for the client to whom the page was shown, wherever it comes from, and for no other client.</summary>
public sealed partial class ReferralTests
{
    private const string CleanV6 = "2001:db8::1";
    private const string Shop = "shop.test";

    /// <summary>One visitor, whose browser takes IPv4 for the page and IPv6, on which nothing is decided, for the rest.</summary>
    [Fact]
    public async Task F14_DualStack_SolutionComesOverTheOtherFamily_ClearsTheClientThatWasAsked()
    {
        await using var site = await CaptchaSite.StartAsync(
            http =>
            {
                http.Captcha.Provider = "local";
                http.Captcha.Difficulty = 1;
            },
            configure: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.IPv6Loopback, 0)));
        await site.Site.DecideAsync("127.0.0.1", Remediation.Captcha);
        using var v4 = Client(site.Site.App.Urls.First(url => url.Contains("127.0.0.1", StringComparison.Ordinal)));
        using var v6 = Client(site.Site.App.Urls.Single(url => url.Contains("[::1]", StringComparison.Ordinal)));

        var (status, page, _) = await SendAsync(v4, HttpMethod.Get, "/");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        var referral = ReferralOf(page);
        var (_, task, _) = await SendAsync(v6, HttpMethod.Get, "/.bouncer/captcha/challenge?for=" + referral);
        var solution = AltchaSolver.Solve(task);
        var (solved, _, cookie) = await SendAsync(v6, HttpMethod.Post, "/.bouncer/captcha", Form(("altcha", solution), ("for", referral)));
        Assert.Equal(HttpStatusCode.SeeOther, solved);
        Assert.Equal("hello", (await SendAsync(v4, HttpMethod.Get, "/", cookie: cookie)).Body);

        // That client alone, and once.
        Assert.Equal("hello", (await SendAsync(v6, HttpMethod.Get, "/", cookie: cookie)).Body);
        await site.Site.DecideAsync("::1", Remediation.Captcha);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(v6, HttpMethod.Get, "/", cookie: cookie)).Status);
        var (again, _, second) = await SendAsync(v6, HttpMethod.Post, "/.bouncer/captcha", Form(("altcha", solution), ("for", referral)));
        Assert.Equal(HttpStatusCode.Forbidden, again);
        Assert.Null(second);
    }

    [Fact]
    public async Task Solution_IsCheckedForTheClientThatWasAsked()
    {
        await using var site = await CaptchaSite.StartAsync();
        var referral = ReferralOf((await site.GetAsync("/")).Body);
        var answer = await PostAsync(site, referral, CleanV6);
        Assert.NotNull(answer.Cookie);
        var asked = Assert.Single(site.Provider.Asked);
        Assert.Equal(ClientKey.Of(IPAddress.Parse(CaptchaSite.Suspect)), asked.Client);
        Assert.Equal(IPAddress.Parse(CleanV6), asked.ClientAddress);
        Assert.Equal("hello", (await site.GetAsync("/", ("Cookie", answer.Cookie!))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", answer.Cookie!), ("X-Forwarded-For", CaptchaSite.OtherSuspect))).Status);
    }

    [Fact]
    public async Task Solution_OfABannedAddress_IsNotTaken()
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await PostAsync(site, ReferralOf((await site.GetAsync("/")).Body), TestSite.Banned);
        Assert.Contains("Access denied", answer.Body, StringComparison.Ordinal);
        Assert.Empty(site.Provider.Asked);
    }

    /// <summary>A newer decision on the client that was asked is not covered.</summary>
    [Fact]
    public async Task Clearance_IsInSpiteOfTheDecisionThatWasMet()
    {
        await using var site = await CaptchaSite.StartAsync();
        var referral = ReferralOf((await site.GetAsync("/")).Body);
        await site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Captcha);
        var cookie = (await PostAsync(site, referral, CleanV6)).Cookie!;
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", cookie))).Status);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("damaged")]
    [InlineData("no base64")]
    [InlineData("of another host")]
    [InlineData("of another policy")]
    [InlineData("of another key ring")]
    public async Task ReferralThatIsNone_GainsNothing(string kind)
    {
        await using var site = await CaptchaSite.StartAsync(http => http.Policy("strict").Captcha.Difficulty = 9);
        await using var stranger = await CaptchaSite.StartAsync();
        var referral = kind switch
        {
            "none" => "",
            "no base64" => "*",
            "damaged" => ReferralOf((await site.GetAsync("/")).Body) is var good ? good[..20] + (good[20] == 'A' ? 'B' : 'A') + good[21..] : "",
            "of another host" => ReferralOf((await site.GetAsync("/", ("Host", Shop))).Body),
            "of another policy" => ReferralOf((await site.GetAsync("/.bouncer/captcha?p=strict")).Body),
            _ => ReferralOf((await stranger.GetAsync("/")).Body),
        };
        var answer = await PostAsync(site, referral, CleanV6);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Null(answer.Cookie);
        Assert.Empty(site.Provider.Asked);
        Assert.Equal(HttpStatusCode.NoContent, (await site.GetAsync("/.bouncer/captcha/challenge?for=" + referral, ("X-Forwarded-For", CleanV6))).Status);
    }

    /// <summary>As one of the client itself does, also if the decision is prolonged meanwhile.</summary>
    [Fact]
    public async Task Clearance_GainedByAReferral_EndsWithTheDecision()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var site = await CaptchaSite.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await site.Site.ChangeAsync(lapi =>
        {
            lapi.RemoveWhere(row => row.Value == CaptchaSite.Suspect);
            lapi.Add(CaptchaSite.Suspect, TimeSpan.FromMinutes(10), "captcha");
        });
        var cookie = (await PostAsync(site, ReferralOf((await site.GetAsync("/")).Body), CleanV6)).Cookie!;
        Assert.Equal("hello", (await site.GetAsync("/", ("Cookie", cookie))).Body);
        await site.Site.ChangeAsync(lapi => lapi.ExtendWhere(row => row.Value == CaptchaSite.Suspect, TimeSpan.FromHours(4)));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", cookie))).Status);
    }

    /// <summary>More clients than referrals are kept, so that some share a place.</summary>
    [Fact]
    public void Referral_OfEachClientAndDecision_IsItsOwn()
    {
        var referrals = new Referrals(new EphemeralDataProtectionProvider(), new TestClock());
        var http = new DefaultHttpContext();
        Referral ReferralOfClient(IPAddress? client, long id) => referrals.Read(http.Request, null, referrals.Write(new RemediationContext(
            http, Remediation.Captcha, Verdicts.Of(Remediation.Captcha, id), null, client)))!.Value;
        for (var client = 0; client < 300; client++)
        {
            var address = new IPAddress([198, 51, (byte)(client >> 8), (byte)client]);
            foreach (var id in new[] { 1, 2 })
            {
                var referral = ReferralOfClient(address, id);
                Assert.Equal((ClientKey.Of(address), id), (referral.Client, referral.DecisionId));
            }
        }
    }

    /// <summary>It would be that of all clients without one.</summary>
    [Fact]
    public void Referral_OfAClientWithoutAnAddress_IsNone() => Assert.Empty(
        new Referrals(new EphemeralDataProtectionProvider(), new TestClock()).Write(
            new RemediationContext(new DefaultHttpContext(), Remediation.Captcha, Verdicts.Of(Remediation.Captcha), null, null)));

    [Fact]
    public void Place_OfAPolicyInOtherCapitals_IsTheSame()
    {
        var request = new DefaultHttpContext().Request;
        Assert.Equal(Referrals.PlaceOf(request, "strict"), Referrals.PlaceOf(request, "Strict"));
        Assert.NotEqual(Referrals.PlaceOf(request, "strict"), Referrals.PlaceOf(request, null));
    }

    /// <summary>No clearance lasts longer than a referral.</summary>
    [Fact]
    public async Task Referral_OfMoreThanAnHourAgo_GainsNothing()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var site = await CaptchaSite.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var referral = ReferralOf((await site.GetAsync("/")).Body);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.NotNull((await PostAsync(site, referral, CleanV6)).Cookie);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await PostAsync(site, referral, CleanV6)).Cookie);
        Assert.Single(site.Provider.Asked);
    }

    /// <summary>Sealing costs something, so a client's referral is kept for a moment, and no longer.</summary>
    [Fact]
    public async Task Referral_OfOneClient_IsKeptForAMomentOnly()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var site = await CaptchaSite.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        async Task<string> ReferralAsync() => ReferralOf((await site.GetAsync("/")).Body);
        var first = await ReferralAsync();
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(first, await ReferralAsync());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = await ReferralAsync();
        Assert.NotEqual(first, second);

        // One of a clock that was set back since would last longer.
        clock.StepWallClock(TimeSpan.FromSeconds(-1));
        Assert.NotEqual(second, await ReferralAsync());
    }

    [Fact]
    public async Task F13_SolutionWhoseTimeIsOver_IsAnsweredWithAPageThatSaysSo()
    {
        var issued = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(61);
        await using var site = await CaptchaSite.StartAsync(provider: new TrivialProvider { OnVerify = (_, _) => new(new CaptchaVerdict(true, issued)) });
        var answer = await site.PostAsync("right", returnPath: "/shop");
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
        Assert.Contains("came too late", answer.Body, StringComparison.Ordinal);
        Assert.Contains("data-wait=\"1\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"/shop\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soft")]
    [InlineData("dry")]
    [InlineData("SOFT")]
    public async Task F13_PolicyThatTheClientNamesItself_OpensNoPage(string policy)
    {
        await using var site = await StartWithPoliciesAsync();
        var referral = ReferralOf((await site.GetAsync("/")).Body);
        foreach (var page in new[] { $"/.bouncer/captcha?p={policy}", $"/.bouncer/captcha/challenge?p={policy}", $"/.bouncer/captcha?p={policy}&for={referral}" })
        {
            var answer = await site.GetAsync(page, ("X-Forwarded-For", TestSite.Banned));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains("Access denied", answer.Body, StringComparison.Ordinal);
        }

        var posted = await site.PostAsync("right", $"/.bouncer/captcha?p={policy}", headers: ("X-Forwarded-For", TestSite.Banned));
        Assert.Contains("Access denied", posted.Body, StringComparison.Ordinal);
        Assert.Empty(site.Provider.Asked);
    }

    [Fact]
    public async Task F13_PolicyThatSentTheClientThere_Does()
    {
        await using var site = await StartWithPoliciesAsync();
        (string, string) banned = ("X-Forwarded-For", TestSite.Banned);
        var page = await site.GetAsync("/soft", banned);
        Assert.Contains("id=\"solution\"", page.Body, StringComparison.Ordinal);
        var action = WebUtility.HtmlDecode(Action().Match(page.Body).Groups[1].Value);
        var source = WebUtility.HtmlDecode(Source().Match(page.Body).Groups[1].Value);
        Assert.Equal(HttpStatusCode.OK, (await site.GetAsync(source, banned)).Status);
        var solved = await site.PostAsync("right", action, "/soft", banned);
        Assert.Equal("/soft", solved.Location);
        Assert.Equal("soft", (await site.GetAsync("/soft", banned, ("Cookie", solved.Cookie!))).Body);
        Assert.Contains("Access denied", (await site.GetAsync("/", banned, ("Cookie", solved.Cookie!))).Body, StringComparison.Ordinal);

        // The page by its own address, as a program is told it.
        var problem = await site.GetAsync("/soft", banned, ("Accept", "application/json"));
        using var document = System.Text.Json.JsonDocument.Parse(problem.Body);
        var link = document.RootElement.GetProperty("challenge").GetString()!;
        Assert.Contains("id=\"solution\"", (await site.GetAsync(link, banned)).Body, StringComparison.Ordinal);
        Assert.Contains("Access denied", (await site.GetAsync(link, ("X-Forwarded-For", "192.0.2.67"))).Body, StringComparison.Ordinal);
    }

    private static async Task<CaptchaSite> StartWithPoliciesAsync()
    {
        var site = await CaptchaSite.StartAsync(
            http =>
            {
                http.Policy("soft").Map["ban"] = "captcha";
                http.Policy("dry").DryRun = true;
            },
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/soft", () => "soft").RequireBouncer("soft");
            },
            decisions: lapi => lapi.Ban("192.0.2.67"));
        return site;
    }

    private static Task<CaptchaSite.Answer> PostAsync(CaptchaSite site, string referral, string client) => site.SendAsync(
        HttpMethod.Post, "/.bouncer/captcha", Form(("answer", "right"), ("for", referral)), ("X-Forwarded-For", client), ("Sec-Fetch-Site", "same-origin"));

    private static string ReferralOf(string page) => Referral().Match(page).Groups[1].Value is { Length: > 0 } referral ? referral : throw new InvalidOperationException(page);

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static HttpClient Client(string url) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(url) };

    private static async Task<(HttpStatusCode Status, string Body, string? Cookie)> SendAsync(
        HttpClient client, HttpMethod method, string path, HttpContent? content = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Host = Shop;
        request.Headers.TryAddWithoutValidation("Accept", CaptchaSite.Browser);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            answer.StatusCode,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single().Split(';')[0] : null);
    }

    [GeneratedRegex("name=\"for\" value=\"([^\"]*)\"")]
    private static partial Regex Referral();

    [GeneratedRegex("action=\"([^\"]*)\"")]
    private static partial Regex Action();

    [GeneratedRegex("data-source=\"([^\"]*)\"")]
    private static partial Regex Source();
}
