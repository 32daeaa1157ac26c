using System.Globalization;
using System.Net;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using static Bouncer.AspNetCore.Tests.Captcha.Waiting.WaitSite;

namespace Bouncer.AspNetCore.Tests.Captcha.Waiting;

/// <summary>Ways to wait less, or to gain more by it.</summary>
public sealed class WaitAttackTests
{
    private const string CleanV6 = "2001:db8::1";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("too late")]
    [InlineData("other client")]
    [InlineData("other host")]
    [InlineData("other policy")]
    [InlineData("tampered")]
    [InlineData("cut")]
    [InlineData("prolonged")]
    [InlineData("other key ring")]
    [InlineData("referral for a ticket")]
    [InlineData("doubled")]
    [InlineData("huge")]
    [InlineData("no base64")]
    [InlineData("newer decision")]
    [InlineData("clock set back")]
    public async Task Ticket_ThatIsNotGood_GainsNothing(string attack)
    {
        await using var site = await StartAsync(http => http.Policy("strict").Captcha.Difficulty = 9);
        await using var stranger = await StartAsync();
        using var challenges = site.Site.Site.App.Services.Collect("bouncer.challenges");
        var link = await site.BeginAsync();
        var ticket = TicketOf(link);
        var other = TicketOf(await stranger.BeginAsync());
        string With(string text) => link[..^ticket.Length] + text;
        site.Clock.Advance(Wait);
        var client = CaptchaSite.Suspect;
        (string, string)[] headers = [];
        switch (attack)
        {
            case "too late":
                site.Clock.Advance(WaitTicket.Validity);
                break;
            case "other client":
                client = CaptchaSite.OtherSuspect;
                break;
            case "other host":
                headers = [("Host", "shop.test")];
                break;
            case "other policy":
                link = With(TicketOf((await site.GetAsync("/.bouncer/captcha?p=strict&wait=")).Location!));
                site.Clock.Advance(Wait);
                break;
            case "tampered":
                link = With(ticket[..40] + (ticket[40] == 'A' ? 'B' : 'A') + ticket[41..]);
                break;
            case "cut":
                link = With(ticket[..^4]);
                break;
            case "prolonged":
                link = With(ticket + "AAAA");
                break;
            case "other key ring":
                link = With(other);
                break;
            case "referral for a ticket":
                link = With(link[(link.IndexOf("for=", StringComparison.Ordinal) + 4)..link.LastIndexOf('&')]);
                break;
            case "doubled":
                link += "&wait=" + ticket;
                break;
            case "huge":
                link = With(new string('A', 4096));
                break;
            case "no base64":
                link = With("%00%FF*");
                break;
            case "newer decision":
                await site.Site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Captcha);
                break;
            default:
                site.Clock.StepWallClock(-Wait - TimeSpan.FromMinutes(2));
                break;
        }

        var answer = await site.GetAsync(link, client, headers);
        if (attack == "other client")
        {
            // It is cleared that waited, and who brought the ticket is not.
            Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", client, ("Cookie", answer.Cookie!))).Status);
            return;
        }

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
        if (attack != "doubled")
        {
            Assert.Contains("wait had to start again", answer.Body, StringComparison.Ordinal);
            Assert.Equal(30, SecondsOf(answer.Body));
            Assert.Contains("bouncer.provider=wait bouncer.outcome=failed", challenges.Tags);
        }
    }

    /// <summary>The new ticket is for the decision that is there now.</summary>
    [Fact]
    public async Task NewerDecision_IsWaitedForOnce()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        await site.Site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Captcha);
        var again = RefreshOf((await site.GetAsync(link)).Body);
        site.Clock.Advance(Wait);
        var cookie = (await site.GetAsync(again)).Cookie!;
        Assert.Equal("hello", (await site.GetAsync("/", headers: ("Cookie", cookie))).Body);
    }

    [Fact]
    public async Task DecisionProlongedMeanwhile_IsCleared()
    {
        await using var site = await StartAsync();
        await ShortenAsync(site);
        var link = await site.BeginAsync();
        await site.Site.Site.ChangeAsync(lapi => lapi.ExtendWhere(row => row.Value == CaptchaSite.Suspect, TimeSpan.FromHours(4)));
        site.Clock.Advance(Wait);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    /// <summary>There is nothing left to be cleared of.</summary>
    [Fact]
    public async Task DecisionThatEndedMeanwhile_OfTheOtherAddress_IsNotWaitedForAgain()
    {
        await using var site = await StartAsync();
        await ShortenAsync(site);
        await site.Site.Site.DecideAsync(CleanV6, Remediation.Captcha);
        var link = await site.BeginAsync(from: CleanV6);
        site.Clock.Advance(Wait);
        var answer = await site.GetAsync(link, CleanV6);
        Assert.Null(answer.Cookie);
        Assert.Equal("/shop?item=1", answer.Location);
    }

    [Fact]
    public async Task Replayed_CountsOnce()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
        var again = await site.GetAsync(link);
        Assert.Null(again.Cookie);
        Assert.Equal(30, SecondsOf(again.Body));
        Assert.NotEqual(link, RefreshOf(again.Body));
    }

    /// <summary>A ticket that was used under a short wait does not count again under a long one.</summary>
    [Fact]
    public async Task Replayed_UnderALongerWait_CountsOnce()
    {
        await using var site = await StartAsync();
        site.Set("00:00:05");
        var link = await site.BeginAsync();
        site.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull((await site.GetAsync(link)).Cookie);
        site.Set("00:10:00");
        foreach (var _ in Enumerable.Range(0, 24))
        {
            site.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Null((await site.GetAsync(link)).Cookie);
        }
    }

    [Fact]
    public async Task LongerWaitSetMeanwhile_IsWaited()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Set("00:01:00");
        site.Clock.Advance(Wait);
        var page = await site.GetAsync(link);
        Assert.Null(page.Cookie);
        Assert.Equal(30, SecondsOf(page.Body));
        site.Clock.Advance(Wait);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    /// <summary>The wait begins with the ticket, not with the page on which it was asked for.</summary>
    [Fact]
    public async Task ReferralKeptForLater_BroughtByAnotherAddress_ShortensNoWait()
    {
        await using var site = await StartAsync();
        var refresh = RefreshOf((await site.GetAsync("/")).Body);
        site.Clock.Advance(Wait);
        var link = (await site.GetAsync(refresh, CleanV6)).Location!;
        Assert.Equal(30, SecondsOf((await site.GetAsync(link, CleanV6)).Body));
    }

    /// <summary>While the ticket counts for anything, it says who waits, also once the referral of the page does not.</summary>
    [Theory]
    [InlineData(11, true)]
    [InlineData(21, false)]
    public async Task TicketTooLate_BroughtByAnotherAddress_WaitsAgainForTheClientThatWasAsked(int minutes, bool isForThatClient)
    {
        await using var site = await StartAsync();
        var refresh = RefreshOf((await site.GetAsync("/")).Body);
        site.Clock.Advance(TimeSpan.FromMinutes(50));
        var link = (await site.GetAsync(refresh, CleanV6)).Location!;
        site.Clock.Advance(TimeSpan.FromMinutes(minutes));
        var again = RefreshOf((await site.GetAsync(link, CleanV6)).Body);
        site.Clock.Advance(Wait);
        var cookie = (await site.GetAsync(again, CleanV6)).Cookie;
        var answer = await site.GetAsync("/", headers: cookie is null ? [] : [("Cookie", cookie)]);
        Assert.Equal(isForThatClient, answer.Status == HttpStatusCode.OK);
    }

    /// <summary>The decision on who brings it is not the one that the ticket is for.</summary>
    [Fact]
    public async Task Ticket_BroughtByAnAddressWithANewerDecision_ClearsTheClientThatWasAsked()
    {
        await using var site = await StartAsync();
        await site.Site.Site.DecideAsync(CleanV6, Remediation.Captcha);
        var link = await site.BeginAsync(from: CleanV6);
        site.Clock.Advance(Wait);
        var passed = await site.GetAsync(link, CleanV6);
        (string, string) cookie = ("Cookie", passed.Cookie!);
        Assert.Equal("/shop?item=1", (await site.GetAsync(passed.Location!, CleanV6, cookie)).Location);
        Assert.Equal("hello", (await site.GetAsync("/", headers: cookie)).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", CleanV6, cookie)).Status);
    }

    /// <summary>Two servers that do not tell each other what was used.</summary>
    [Fact]
    public async Task Replayed_ToAnotherReplica_GainsNoTime()
    {
        var keys = new EphemeralDataProtectionProvider();
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var one = await StartAsync(http => http.Captcha.ClearanceLifetime = TimeSpan.FromMinutes(5), keys: keys, clock: clock);
        await using var two = await StartAsync(http => http.Captcha.ClearanceLifetime = TimeSpan.FromMinutes(5), keys: keys, clock: clock);
        var link = await one.BeginAsync(headers: ("Host", "shop.test"));
        clock.Advance(Wait);
        Assert.NotNull((await one.GetAsync(link, headers: ("Host", "shop.test"))).Cookie);
        clock.Advance(TimeSpan.FromMinutes(4));
        var second = (await two.GetAsync(link, headers: ("Host", "shop.test"))).Cookie!;
        (string, string)[] headers = [("Host", "shop.test"), ("Cookie", second)];
        Assert.Equal("hello", (await two.GetAsync("/", headers: headers)).Body);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Forbidden, (await two.GetAsync("/", headers: headers)).Status);
    }

    [Fact]
    public async Task BroughtManyTimesAtOnce_CountsOnce()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => site.GetAsync(link)));
        Assert.Single(answers, answer => answer.Cookie is not null);

        // What gained nothing took nothing away.
        for (var passed = 1; passed < WaitBounds.MostPassed; passed++)
        {
            await PassAsync(site);
        }
    }

    [Fact]
    public async Task Hoarded_AreBoundedByClient()
    {
        await using var site = await StartAsync();
        List<string> links = [];
        for (var open = 0; open < WaitBounds.MostOpen; open++)
        {
            links.Add(await site.BeginAsync());
        }

        var full = await site.GetAsync("/.bouncer/captcha?wait=");
        Assert.Equal(HttpStatusCode.TooManyRequests, full.Status);
        Assert.Equal("text/html", full.Type);
        Assert.NotEmpty(full.Header("Retry-After"));
        Assert.Contains("Try again in about 3 minutes", full.Body, StringComparison.Ordinal);
        Assert.Null(SecondsOf(full.Body));
        await site.BeginAsync(client: CaptchaSite.OtherSuspect);

        // The ones that are under way are as good as ever, and one that is used makes room.
        site.Clock.Advance(Wait);
        Assert.NotNull((await site.GetAsync(links[0])).Cookie);
        await site.BeginAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await site.GetAsync("/.bouncer/captcha?wait=")).Status);
    }

    /// <summary>Who has a /48 has 65,536 clients.</summary>
    [Theory]
    [InlineData("2001:db8:5:{0:x}::1", "2001:db8:6::1")]
    [InlineData("203.0.113.{0}", "203.0.114.1")]
    public void F7_HoardedByANetwork_AreBoundedThereAlone(string addresses, string stranger)
    {
        var clock = new TestClock();
        var bounds = new WaitBounds(new GcraRateLimiter(clock));
        clock.Advance(Tick);
        ClientKey Client(int number) => ClientKey.Of(IPAddress.Parse(string.Format(CultureInfo.InvariantCulture, addresses, number)));
        var (open, passed) = (0, 0);
        foreach (var number in Enumerable.Range(0, 1600))
        {
            open += bounds.TryOpen(Client(number / 8), out _) ? 1 : 0;
            passed += bounds.TryPass(Client(number / 8), out _) ? 1 : 0;
        }

        Assert.Equal((WaitBounds.MostOpen * WaitBounds.MostClients, WaitBounds.MostPassed * WaitBounds.MostClients), (open, passed));
        Assert.True(bounds.TryOpen(ClientKey.Of(IPAddress.Parse(stranger)), out _));

        // A wait that is used makes room, and who was refused for the others has all of its own.
        Assert.All(Enumerable.Range(0, WaitBounds.MostOpen), number =>
        {
            bounds.EndWait(Client(number));
            Assert.True(bounds.TryOpen(Client(199), out _));
        });
        Assert.False(bounds.TryOpen(Client(199), out var freeIn));
        Assert.True(freeIn > TimeSpan.Zero);
    }

    [Fact]
    public async Task F7_UsedWait_TakesNoRoomOfSolutions()
    {
        await using var site = await StartAsync();
        await PassAsync(site);
        Assert.Equal(0, Assert.IsType<ChallengeReplayStore>(site.Site.Site.App.Services.GetRequiredService<IChallengeReplayStore>()).Count);
    }

    [Fact]
    public async Task UsedWait_InAStoreOfTheApplications_IsKeptUntilTheTicketEnds()
    {
        var store = new OwnStore();
        await using var site = await StartAsync(spent: store);
        var began = DateTimeOffset.FromUnixTimeMilliseconds(site.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        await PassAsync(site);
        Assert.Equal(began + Wait + WaitTicket.Validity, Assert.Single(store.Ends));
    }

    [Fact]
    public async Task ClearancesByWaiting_AreBoundedByClientAndTime()
    {
        await using var site = await StartAsync();
        for (var passed = 0; passed < WaitBounds.MostPassed; passed++)
        {
            await PassAsync(site);
        }

        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        var full = await site.GetAsync(link);
        Assert.Equal(HttpStatusCode.TooManyRequests, full.Status);
        Assert.Null(full.Cookie);
        Assert.Contains("have chosen to wait", full.Body, StringComparison.Ordinal);
        Assert.Contains($"href=\"{WebUtility.HtmlEncode(link)}\"", full.Body, StringComparison.Ordinal);
        await PassAsync(site, CaptchaSite.OtherSuspect);

        // The ticket was not used up, and counts once there is room.
        site.Clock.Advance(TimeSpan.FromHours(1) / WaitBounds.MostPassed);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    /// <summary>Tickets are not even opened then, and a page that waits must not lose its own.</summary>
    [Fact]
    public async Task AskedWithoutEnd_IsToldWhenToComeAgain_AndKeepsItsTicket()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        for (var i = 0; i < 60; i++)
        {
            await site.GetAsync("/.bouncer/captcha?wait=x");
        }

        site.Clock.Advance(TimeSpan.FromMilliseconds(10));
        var answer = await site.GetAsync(link);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.Contains(TicketOf(link), answer.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/.bouncer/captcha?wait=x", CaptchaSite.OtherSuspect)).Status);

        site.Clock.Advance(Wait);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    [Fact]
    public async Task F7_PictureOfAForeignPage_UsesUpNoWait()
    {
        await using var site = await StartAsync();
        for (var i = 0; i < 100; i++)
        {
            var picture = await site.GetAsync("/.bouncer/captcha?wait=", headers: [("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Site", "cross-site")]);
            Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (picture.Status, picture.Type));
        }

        await site.BeginAsync();
    }

    /// <summary>What .NET reads as Base64 may have white space, which must not go into an address.</summary>
    [Theory]
    [InlineData("for")]
    [InlineData("wait")]
    public async Task WhiteSpaceInSealedText_IsNoneOfOurs(string field)
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        var at = link.IndexOf($"&{field}=", StringComparison.Ordinal) + field.Length + 10;
        var answer = await site.GetAsync(link.Insert(at, "%0d%0a"));
        Assert.DoesNotContain(site.Site.Site.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        Assert.Contains(answer.Status, new[] { HttpStatusCode.SeeOther, HttpStatusCode.Forbidden });
        Assert.DoesNotContain("%0d", answer.Location ?? "", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A clearance is for the decision that was met, and ends with a ban.</summary>
    [Fact]
    public async Task Clearance_NewerDecisionOrBan_EndsIt()
    {
        await using var site = await StartAsync();
        var cookie = await PassAsync(site);
        await site.Site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Captcha);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", headers: ("Cookie", cookie))).Status);
        var link = await site.BeginAsync();
        site.Clock.Advance(Wait);
        await site.Site.Site.BanAsync(CaptchaSite.Suspect);
        Assert.Contains("Access denied", (await site.GetAsync(link)).Body, StringComparison.Ordinal);
    }

    /// <summary>A clock that is set forward shortens one wait; nothing else on a site would notice.</summary>
    [Fact]
    public async Task ClockSetForwardOrABitBack_CountsAsTime()
    {
        await using var site = await StartAsync();
        var link = await site.BeginAsync();
        site.Clock.StepWallClock(TimeSpan.FromSeconds(-30));
        Assert.Equal(60, SecondsOf((await site.GetAsync(link)).Body));
        site.Clock.StepWallClock(TimeSpan.FromSeconds(60) - Tick);
        Assert.Null((await site.GetAsync(link)).Cookie);
        site.Clock.StepWallClock(Tick);
        Assert.NotNull((await site.GetAsync(link)).Cookie);
    }

    /// <summary>A decision for somebody signed in needs a second factor, whatever was waited.</summary>
    [Fact]
    public async Task Waited_IsNoSecondFactor()
    {
        await using var site = await StartAsync(http => http.Mfa.AnonymousFallback = AnonymousFallback.Ban);
        await site.Site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Mfa);
        var link = (await site.GetAsync("/.bouncer/captcha?wait=")).Location!;
        site.Clock.Advance(Wait);
        var cookie = (await site.GetAsync(link)).Cookie!;
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", headers: ("Cookie", cookie))).Status);
    }

    /// <summary>Has the decision end before the wait is over.</summary>
    private static Task ShortenAsync(WaitSite site) => site.Site.Site.ChangeAsync(lapi =>
    {
        lapi.RemoveWhere(row => row.Value == CaptchaSite.Suspect);
        lapi.Add(CaptchaSite.Suspect, Wait / 2, "captcha");
    });

    private static async Task<string> PassAsync(WaitSite site, string client = CaptchaSite.Suspect)
    {
        var link = await site.BeginAsync(client: client);
        site.Clock.Advance(Wait);
        return (await site.GetAsync(link, client)).Cookie ?? throw new InvalidOperationException("No clearance was granted.");
    }

    private sealed class OwnStore : IChallengeReplayStore
    {
        internal List<DateTimeOffset> Ends { get; } = [];

        public ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken)
        {
            Ends.Add(until);
            return ValueTask.FromResult(true);
        }
    }
}
