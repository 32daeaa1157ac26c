using System.Net;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Bouncer.AspNetCore.Tests.Captcha.Waiting.WaitSite;

namespace Bouncer.AspNetCore.Tests.Captcha.Waiting;

/// <summary>What a visitor without JavaScript sees who may wait.</summary>
public sealed class WaitingTests
{
    private const string CleanV6 = "2001:db8::1";

    [Fact]
    public async Task Waited_ContinuesToTheRequestedPage()
    {
        await using var site = await StartAsync();
        using var challenges = site.Site.Site.App.Services.Collect("bouncer.challenges");
        var link = await site.BeginAsync();
        var page = await site.GetAsync(link);
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Equal("text/html", page.Type);
        Assert.Equal(30, SecondsOf(page.Body));
        Assert.Equal(link, RefreshOf(page.Body));
        Assert.Contains("in 30 seconds", page.Body, StringComparison.Ordinal);
        Assert.Contains("one cookie (bouncer-…)", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.Matches("^default-src 'none'; style-src 'sha256-[^']+'; ", page.Header("Content-Security-Policy"));
        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "Accept-Language", "Cookie" }, page.Header("Vary").Split(", ").ToHashSet());
        Assert.DoesNotMatch("(href=\"|url=)[^\"]*&(?!amp;|#x)", page.Body);

        // Rounded up, so that the page does not load itself again too early.
        site.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(21, SecondsOf((await site.GetAsync(link)).Body));

        site.Clock.Advance(Wait - TimeSpan.FromMilliseconds(9_999));
        var passed = await site.GetAsync(link);
        Assert.Equal(HttpStatusCode.SeeOther, passed.Status);
        Assert.NotNull(passed.Cookie);
        (string, string) cookie = ("Cookie", passed.Cookie!);
        var sent = await site.GetAsync(passed.Location!, headers: cookie);
        Assert.Equal("/shop?item=1", sent.Location);
        Assert.Equal("hello", (await site.GetAsync("/", headers: cookie)).Body);
        Assert.Equal(["bouncer.provider=wait bouncer.outcome=issued", "bouncer.provider=wait bouncer.outcome=solved"], challenges.Tags);
        Assert.Empty(site.Site.Provider.Asked);
    }

    /// <summary>The clearance counts from the end of the wait and is like that of a captcha.</summary>
    [Fact]
    public async Task Clearance_LastsAsOthersDo()
    {
        await using var site = await StartAsync(http => http.Captcha.ClearanceLifetime = TimeSpan.FromMinutes(20));
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait + TimeSpan.FromMinutes(9));
        var cookie = (await site.GetAsync(link)).Cookie!;
        Assert.Equal("hello", (await site.GetAsync("/", headers: ("Cookie", cookie))).Body);
        site.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", headers: ("Cookie", cookie))).Status);
    }

    [Fact]
    public async Task BroughtTooEarly_SaysWhatIsLeftAndDoesNotStartAgain()
    {
        await using var site = await StartAsync();
        using var challenges = site.Site.Site.App.Services.Collect("bouncer.challenges");
        var link = await site.BeginAsync();
        foreach (var left in new[] { 20, 10, 2 })
        {
            site.Clock.Advance(TimeSpan.FromSeconds(left == 2 ? 8 : 10));
            var page = await site.GetAsync(link);
            Assert.Equal(HttpStatusCode.Forbidden, page.Status);
            Assert.Null(page.Cookie);
            Assert.Equal(left, SecondsOf(page.Body));
            Assert.Equal(link, RefreshOf(page.Body));
        }

        site.Clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        var last = await site.GetAsync(link);
        Assert.Null(last.Cookie);
        Assert.Contains("in 2 seconds", last.Body, StringComparison.Ordinal);
        Assert.Contains("from=\"99%\" to=\"100%\" dur=\"2s\"", last.Body, StringComparison.Ordinal);
        site.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull((await site.GetAsync(link)).Cookie);
        Assert.Equal(2, challenges.Tags.Length);
    }

    [Fact]
    public async Task CookieNotKept_IsSaidAndThePageStops()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        var passed = await site.GetAsync(link);
        var page = await site.GetAsync(passed.Location!);
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Contains("did not keep the cookie", page.Body, StringComparison.Ordinal);
        Assert.Null(SecondsOf(page.Body));
        Assert.Contains("Try again", page.Body, StringComparison.Ordinal);
    }

    /// <summary>What was sent did not arrive: to be read first.</summary>
    [Fact]
    public async Task Post_IsToldAndGoesThereByHand()
    {
        await using var site = await StartAsync();
        using var form = new StringContent("a=b");
        var page = (await site.Site.SendAsync(HttpMethod.Post, "/order", form)).Body;
        Assert.Contains("did not arrive", page, StringComparison.Ordinal);
        Assert.Null(SecondsOf(page));
        Assert.Contains(">Wait and go on</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PageByItsOwnAddress_LetsWaitToo()
    {
        await using var site = await StartAsync();
        var page = await site.GetAsync("/.bouncer/captcha?return=%2Fshop%23top");
        var link = (await site.GetAsync(RefreshOf(page.Body))).Location!;
        site.Clock.Advance(Wait);
        var passed = await site.GetAsync(link);
        Assert.Equal("/shop#top", (await site.GetAsync(passed.Location!, headers: ("Cookie", passed.Cookie!))).Location);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task C6_ReturnPathOfAnotherSite_BecomesTheRoot(string path)
    {
        await using var site = await StartAsync();
        var link = (await site.GetAsync("/.bouncer/captcha?wait=&return=" + Uri.EscapeDataString(path))).Location!;
        Assert.DoesNotContain("evil", link, StringComparison.Ordinal);
        Assert.Contains("return=%2F&", link, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C9_NothingOfTheRequest_IsEchoedUnencoded()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync("/%22%3E%3Cscript%3E?%27%22");
        foreach (var asked in new[] { link, link + "\"><script>", "/.bouncer/captcha?wait=%22%3E%3Cscript%3E&return=/%22%3E%3Cscript%3E" })
        {
            Assert.DoesNotContain("<script>", (await site.GetAsync(asked)).Body, StringComparison.Ordinal);
        }
    }

    /// <summary>Browsers show the page over one family and load it again over the other.</summary>
    [Fact]
    public async Task DualStack_TicketComesFromTheOtherAddress_ClearsTheClientThatWasAsked()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync(from: CleanV6);
        Assert.Equal(30, SecondsOf((await site.GetAsync(link, CleanV6)).Body));
        site.Clock.Advance(Wait);
        var passed = await site.GetAsync(link, CleanV6);
        Assert.Equal("/shop?item=1", (await site.GetAsync(passed.Location!, CleanV6, ("Cookie", passed.Cookie!))).Location);
        Assert.Equal("hello", (await site.GetAsync("/", headers: ("Cookie", passed.Cookie!))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", CaptchaSite.OtherSuspect, ("Cookie", passed.Cookie!))).Status);

        // Shown again, the ticket is of no use; the clean address goes where it wanted.
        var again = await site.GetAsync(link, CleanV6);
        Assert.Null(again.Cookie);
        Assert.Equal("/shop?item=1", again.Location);
    }

    [Fact]
    public async Task ClientWithoutADecision_ContinuesAtOnce()
    {
        await using var site = await StartAsync();
        Assert.Equal("/shop", (await site.GetAsync("/.bouncer/captcha?wait=&return=/shop", TestSite.Clean)).Location);
        Assert.Equal("/shop", (await site.GetAsync("/.bouncer/captcha?wait=done&return=/shop", TestSite.Clean)).Location);
        Assert.Equal("/shop", (await site.GetAsync("/.bouncer/captcha?wait=x&return=/shop", TestSite.Clean)).Location);
    }

    [Fact]
    public async Task Policy_ComesAlong()
    {
        await using var site = await StartAsync(
            http => http.Policy("strict").Captcha.Difficulty = 9,
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/strict", () => "strict").RequireBouncer("strict");
            });
        var link = await site.BeginAsync("/strict");
        Assert.DoesNotMatch("(href=\"|url=)[^\"]*&(?!amp;|#x)", (await site.GetAsync(link)).Body);
        site.Clock.Advance(Wait);
        var passed = await site.GetAsync(link);
        Assert.Equal("/strict", (await site.GetAsync(passed.Location!, headers: ("Cookie", passed.Cookie!))).Location);
        Assert.Equal("strict", (await site.GetAsync("/strict", headers: ("Cookie", passed.Cookie!))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", headers: ("Cookie", passed.Cookie!))).Status);
    }

    [Fact]
    public async Task Head_GetsHeadersAndUsesNothing()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        var head = await site.Site.SendAsync(HttpMethod.Head, link, null);
        Assert.Equal(HttpStatusCode.Forbidden, head.Status);
        Assert.Null(head.Cookie);
        Assert.Empty(head.Body);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    [Theory]
    [InlineData("en", 600, "in about 10 minutes")]
    [InlineData("de", 45, "In 45 Sekunden")]
    [InlineData("es", 45, "dentro de 45 segundos")]
    [InlineData("fr", 180, "dans 3 minutes")]
    [InlineData("sv", 45, "om 45 sekunder")]
    public async Task Page_Language_IsTheWantedOne(string language, int seconds, string expected)
    {
        await using var site = await StartAsync();
        site.Set(TimeSpan.FromSeconds(seconds).ToString("c"));
        var link = await site.BeginAsync();
        var page = await site.GetAsync(link, headers: ("Accept-Language", language));
        Assert.Contains($"<html lang=\"{language}\"", page.Body, StringComparison.Ordinal);
        Assert.Contains(expected, WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("{", page.Body[page.Body.IndexOf("<main>", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_IsNotInThePageAndATicketIsNothing()
    {
        await using var site = await StartAsync();
        var waiting = await site.BeginAsync();
        site.Set("");
        var page = await site.GetAsync("/");
        Assert.DoesNotContain("http-equiv", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("amp;wait=", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Wait and go on", page.Body, StringComparison.Ordinal);
        Assert.Contains("<noscript><p class=\"note\">This check needs JavaScript.", page.Body, StringComparison.Ordinal);
        site.Clock.Advance(Wait);
        foreach (var link in new[] { waiting, "/.bouncer/captcha?wait=", "/.bouncer/captcha?wait=done" })
        {
            var answer = await site.GetAsync(link);
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Null(answer.Cookie);
            Assert.Contains("id=\"solution\"", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("http-equiv", answer.Body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4.9)]
    [InlineData(600.1)]
    public async Task Start_WaitOutOfRange_IsNamed(double seconds)
    {
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() =>
            CaptchaSite.StartAsync(http => http.Captcha.WaitWithoutScript = TimeSpan.FromSeconds(seconds)));
        Assert.Contains("Bouncer:Http:Captcha:WaitWithoutScript", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreThatFails_GrantsNothingAndIsSaid()
    {
        await using var site = await StartAsync(spent: new FailingStore());
        using var challenges = site.Site.Site.App.Services.Collect("bouncer.challenges");
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        var answer = await site.GetAsync(link);
        Assert.Null(answer.Cookie);
        Assert.Contains("not available at the moment", answer.Body, StringComparison.Ordinal);
        Assert.Null(SecondsOf(answer.Body));
        Assert.Contains("bouncer.provider=wait bouncer.outcome=fault", challenges.Tags);
    }

    [Fact]
    public void TicketBytes_OfAnotherLengthOrVersion_AreNone()
    {
        var ticket = new WaitTicket(7, default, TimeSpan.FromSeconds(30));
        var bytes = ticket.ToBytes();
        Assert.Equal(ticket, WaitTicket.Read(bytes));
        Assert.Null(WaitTicket.Read(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Null(WaitTicket.Read([.. bytes, 0]));
        bytes[0]++;
        Assert.Null(WaitTicket.Read(bytes));
    }

    [Fact]
    public void Ticket_IsGoodFromTheEndOfTheWaitOnForItsValidity()
    {
        var ticket = new WaitTicket(7, default, TimeSpan.FromSeconds(30));
        var end = ticket.Since + TimeSpan.FromSeconds(30);
        bool IsReady(DateTimeOffset now) => ticket.IsReady(now, TimeSpan.FromSeconds(30));
        Assert.Equal((false, true), (IsReady(end - TimeSpan.FromTicks(1)), IsReady(end)));
        Assert.Equal((true, false), (IsReady(end + WaitTicket.Validity - TimeSpan.FromTicks(1)), IsReady(end + WaitTicket.Validity)));
    }

    [Theory]
    [InlineData(30, CaptchaSite.Suspect, true)]
    [InlineData(30, CaptchaSite.OtherSuspect, false)]
    [InlineData(29, CaptchaSite.Suspect, false)]
    public async Task Provider_ByItself_TakesItsClientsTicketOnceItIsReady(int seconds, string client, bool isSolved)
    {
        await using var site = await StartAsync();
        var ticket = TicketOf(await site.BeginAsync());
        site.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var provider = site.Site.Site.App.Services.GetRequiredService<WaitProvider>();
        var context = new CaptchaContext(new DefaultHttpContext(), ClientKey.Of(IPAddress.Parse(client)), "localhost", "bouncer_default", 1, null);
        Assert.Equal(isSolved, (await provider.VerifyAsync(context, ticket, CancellationToken.None)).IsSolved);
    }

    private sealed class FailingStore : IChallengeReplayStore
    {
        public ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken) => throw new IOException("down");
    }
}
