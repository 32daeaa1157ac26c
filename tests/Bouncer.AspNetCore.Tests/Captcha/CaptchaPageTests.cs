using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>The page's form, and what solving gains.</summary>
public sealed class CaptchaPageTests
{
    [Fact]
    public async Task Post_RightSolution_GrantsAndGoesBack()
    {
        await using var site = await CaptchaSite.StartAsync();
        using var remediations = site.Site.App.Services.Collect("bouncer.remediations");
        using var challenges = site.Site.App.Services.Collect("bouncer.challenges");
        var solved = await site.PostAsync("right", returnPath: "/shop?item=1#top");
        Assert.Equal(HttpStatusCode.SeeOther, solved.Status);
        Assert.Equal("/shop?item=1#top", solved.Location);
        Assert.Contains("no-store", solved.Header("Cache-Control"), StringComparison.Ordinal);

        var next = await site.GetAsync("/", ("Cookie", solved.Cookie!));
        Assert.Equal("hello", next.Body);
        Assert.Empty(next.Header("Cache-Control"));
        Assert.Contains(("bouncer.remediation=captcha bouncer.origin=cscli bouncer.policy=default bouncer.outcome=cleared", 1), remediations.Counts);
        Assert.Equal(["bouncer.provider=trivial bouncer.outcome=solved"], challenges.Tags);
        Assert.Equal("/there", (await site.GetAsync("/.bouncer/captcha?return=/there", ("Cookie", solved.Cookie!))).Location);
    }

    [Fact]
    public async Task Post_WrongOrMissingSolution_ShowsThePageAgainAndGrantsNothing()
    {
        await using var site = await CaptchaSite.StartAsync();
        using var challenges = site.Site.App.Services.Collect("bouncer.challenges");
        foreach (var wrong in new[] { "wrong", "", new string('x', 17_000) })
        {
            var answer = await site.PostAsync(wrong, returnPath: "/shop");
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Contains("Please try once more", answer.Body, StringComparison.Ordinal);
            Assert.Contains("value=\"/shop\"", answer.Body, StringComparison.Ordinal);
            Assert.Contains("data-wait=\"1\"", answer.Body, StringComparison.Ordinal);
            Assert.Null(answer.Cookie);
        }

        Assert.All(challenges.Tags, tags => Assert.Equal("bouncer.provider=trivial bouncer.outcome=failed", tags));
    }

    /// <summary>The page must know of the same decision as the request that led to it, or the client is sent to and fro.</summary>
    [Fact]
    public async Task Post_ClientDecidedOnByAnotherScope_IsClearedToo()
    {
        await using var site = await CaptchaSite.StartAsync(configure: builder => new TestBuilder(builder.Services).AddScopeResolver<TenantResolver>(TenantResolver.Tenant));
        await site.Site.DecideAsync(TenantResolver.Tenant, "acme", Remediation.Captcha);
        (string, string)[] tenant = [("X-Forwarded-For", TestSite.Clean), ("X-Tenant", "acme")];
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", tenant)).Status);

        var solved = await site.PostAsync("right", returnPath: "/", headers: tenant);
        Assert.Equal("/", solved.Location);
        Assert.Equal("hello", (await site.GetAsync("/", [.. tenant, ("Cookie", solved.Cookie!)])).Body);
    }

    [Fact]
    public async Task C3_ClearanceAtAnotherAddress_IsChallengedAgain()
    {
        await using var site = await CaptchaSite.StartAsync();
        var cookie = await site.ClearAsync();
        Assert.Equal("hello", (await site.GetAsync("/", ("Cookie", cookie))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", cookie), ("X-Forwarded-For", CaptchaSite.OtherSuspect))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", cookie), ("Host", "other.example"))).Status);
    }

    [Fact]
    public async Task C3_Solution_IsCheckedForTheAddressHostAndPolicyOfItsSender()
    {
        await using var site = await CaptchaSite.StartAsync(http => http.Policy("strict").Captcha.Difficulty = 9);
        await site.PostAsync("right", "/.bouncer/captcha?p=strict", headers: [("Host", "Shop.Example:81"), ("Sec-Fetch-Site", "same-origin")]);
        var asked = Assert.Single(site.Provider.Asked);
        Assert.Equal(ClientKey.Of(IPAddress.Parse(CaptchaSite.Suspect)), asked.Client);
        Assert.Equal("shop.example", asked.Host);
        Assert.Equal("bouncer_strict", asked.Action);
        Assert.Equal(9, asked.Difficulty);
    }

    [Fact]
    public async Task C5_UselessCookie_IsAChallengeAndIsDeleted()
    {
        await using var site = await CaptchaSite.StartAsync();
        var name = (await site.ClearAsync()).Split('=')[0];
        foreach (var cookie in new[] { "x", new string('A', 20_000), new string('A', 200), "%00", "\"\"" })
        {
            var answer = await site.GetAsync("/", ("Cookie", $"{name}={cookie}"));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.Equal("text/html", answer.Type);
            Assert.Equal(name + "=", answer.Cookie);
        }

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await site.GetAsync("/", ("Cookie", $"{name}={new string('A', 64 * 1024)}"))).Status);
    }

    /// <summary>F10: a neighbouring host sets one of the same name; a browser sends it before or after the good one.</summary>
    [Theory]
    [InlineData("NAME=GOOD; NAME=x", true)]
    [InlineData("NAME=x; NAME=GOOD", true)]
    [InlineData("NAME=x; a=b;NAME=GOOD;NAME=OTHER", true)]
    [InlineData("NAME=OTHER; NAME=GOOD", true)]
    [InlineData("NAME=; NAME=GOOD", true)]
    [InlineData("NAME=x; NAME=y; NAME=z; NAME=u; NAME=GOOD", true)]
    [InlineData("xNAME=GOOD; NAME2=GOOD; bouncer=GOOD; bouncer-mfa=GOOD", false)]
    public async Task F10_SecondCookieOfTheName_DoesNotShadowAGoodOne(string cookies, bool passes)
    {
        await using var site = await CaptchaSite.StartAsync();
        var good = (await site.ClearAsync()).Split('=', 2);
        var other = (await site.ClearAsync(CaptchaSite.OtherSuspect)).Split('=', 2)[1];
        var sent = cookies.Replace("GOOD", good[1], StringComparison.Ordinal).Replace("OTHER", other, StringComparison.Ordinal).Replace("NAME", good[0], StringComparison.Ordinal);
        var answer = await site.GetAsync("/", ("Cookie", sent));
        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.Status);
        if (passes)
        {
            Assert.Null(answer.Cookie);
        }
    }

    [Fact]
    public async Task F10_CookieOfOursThatDoesNotCountHere_IsKept()
    {
        await using var site = await CaptchaSite.StartAsync();
        var other = await site.ClearAsync(CaptchaSite.OtherSuspect);
        var own = (await site.ClearAsync()).Split('=')[0];
        var answer = await site.GetAsync("/", ("Cookie", $"{other}; {own}={other.Split('=', 2)[1]}; {own}=x"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/a\\b")]
    [InlineData("https:evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil")]
    [InlineData("")]
    [InlineData(" /x")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/x\r\nSet-Cookie: a=b")]
    [InlineData("/\u00a0")]
    [InlineData("/.bouncer/captcha?return=/")]
    [InlineData("/.BOUNCER/captcha")]
    [InlineData("/.bouncer")]
    [InlineData("%2f%2fevil.example")]
    public async Task C6_ReturnPathThatIsNotThisSites_BecomesTheRoot(string path)
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal("/", (await site.PostAsync("right", returnPath: path)).Location);
        Assert.Contains("name=\"return\" value=\"/\"", (await site.GetAsync("/.bouncer/captcha?return=" + Uri.EscapeDataString(path))).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/x?y=//z#w")]
    [InlineData("/%2f%2fevil.example")]
    [InlineData("/.bouncers")]
    public async Task C6_ReturnPathOfThisSite_IsKept(string path)
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal(path, (await site.PostAsync("right", returnPath: path)).Location);
    }

    [Fact]
    public async Task C6_ReturnPathThatIsTooLong_BecomesTheRoot()
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal("/", (await site.PostAsync("right", returnPath: "/" + new string('x', 3000))).Location);
        Assert.Contains("name=\"return\" value=\"/\"", (await site.GetAsync("/" + new string('x', 3000))).Body, StringComparison.Ordinal);
        Assert.Contains("name=\"return\" value=\"/\"", (await site.GetAsync("//evil.example/x")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Sec-Fetch-Site", "")]
    public async Task C7_FormOfAnotherSite_IsRefusedUnread(string header, string value)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.PostAsync("right", headers: (header, value));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(answer.Cookie);
        Assert.Empty(site.Provider.Asked);
    }

    [Fact]
    public async Task C7_FormOfThisSite_IsTakenByEitherHeader()
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await site.PostAsync("right", headers: ("Sec-Fetch-Site", "same-origin"))).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await site.PostAsync("right", headers: ("Origin", site.Origin))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.PostAsync("right", headers: [("Origin", site.Origin), ("Sec-Fetch-Site", "cross-site")])).Status);
    }

    /// <summary>F14: over plain http browsers send no Sec-Fetch-Site, and an internationalised name in ASCII.</summary>
    [Theory]
    [InlineData("xn--mnchen-3ya.test", "http://xn--mnchen-3ya.test", HttpStatusCode.SeeOther)]
    [InlineData("xn--mnchen-3ya.test:8080", "http://xn--mnchen-3ya.test:8080", HttpStatusCode.SeeOther)]
    [InlineData("xn--mnchen-3ya.test", "http://xn--mnchen-4ya.test", HttpStatusCode.Forbidden)]
    [InlineData("xn--0", "http://xn--0", HttpStatusCode.SeeOther)]
    public async Task F14_FormOfAnInternationalisedHost_IsTakenByOrigin(string host, string origin, HttpStatusCode status)
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Equal(status, (await site.PostAsync("right", headers: [("Host", host), ("Origin", origin)])).Status);
        Assert.All(site.Provider.Asked, asked => Assert.Equal(host.Split(':')[0], asked.Host));
        Assert.Equal(status == HttpStatusCode.SeeOther ? 1 : 0, site.Provider.Asked.Count);
    }

    /// <summary>F7: any page that a visitor opens could have tasks set, and so make the visitor's own ones harder.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task F7_TaskFetchedByAnotherSite_IsRefusedUncounted(string header, string value)
    {
        await using var site = await CaptchaSite.StartAsync(http =>
        {
            http.Captcha.Provider = "local";
            http.Captcha.Difficulty = 1;
        });
        for (var image = 0; image < 70; image++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/.bouncer/captcha/challenge", (header, value))).Status);
        }

        var task = await site.GetAsync("/.bouncer/captcha/challenge", ("Sec-Fetch-Site", "same-origin"));
        Assert.Contains("\"most\":5000,", task.Body, StringComparison.Ordinal);
    }

    /// <summary>F7: a foreign page that has it fetched gets nothing that it could use.</summary>
    [Theory]
    [InlineData("Sec-Fetch-Mode", "cors")]
    [InlineData("Sec-Fetch-Dest", "iframe")]
    [InlineData("Sec-Purpose", "prefetch")]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    public async Task F7_PageThatIsNotShown_IsRefusedAndSaysWhy(string header, string value)
    {
        await using var site = await CaptchaSite.StartAsync();
        var answer = await site.GetAsync("/.bouncer/captcha?return=%2Fprivate", (header, value), ("Accept", "text/html"));
        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (answer.Status, answer.Type));
        using var problem = JsonDocument.Parse(answer.Body);
        Assert.Equal(
            ["type", "title", "status", "detail", "reference"], problem.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Contains("open its address there", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("no-store, private", answer.Header("Cache-Control"));
        Assert.Null(answer.Cookie);
        Assert.Empty(site.Provider.Asked);
    }

    /// <summary>F7: a neighbour behind the same address that asks twice a second keeps no visitor out.</summary>
    [Fact]
    public async Task F7_NeighbourAsksTwiceASecond_VisitorGetsTaskAndMaySolve()
    {
        var clock = new TestClock(TimeProvider.System.GetUtcNow());
        await using var site = await CaptchaSite.StartAsync(
            http =>
            {
                http.Captcha.Provider = "local";
                http.Captcha.Difficulty = 1;
            },
            configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        for (var ask = 0; ask < 200; ask++)
        {
            await site.GetAsync("/.bouncer/captcha/challenge");
            await site.PostAsync("wrong");
            clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        var task = await site.GetAsync("/.bouncer/captcha/challenge");
        Assert.Equal(HttpStatusCode.OK, task.Status);
        Assert.Contains("\"most\":14100,", task.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.PostAsync("wrong")).Status);
    }

    [Fact]
    public async Task C9_NothingOfTheRequest_IsEchoedUnencoded()
    {
        const string Attack = "\"><script>alert(1)</script>";
        await using var site = await CaptchaSite.StartAsync(http => http.Policies["<b>\"&"] = new BouncerPolicyOptions());
        var escaped = Uri.EscapeDataString(Attack);
        foreach (var path in new[] { $"/{escaped}?q={escaped}", $"/x?\"'<script>", $"/.bouncer/captcha?p={escaped}&return=/{escaped}", "/.bouncer/captcha?p=%3Cb%3E%22%26" })
        {
            var answer = await site.GetAsync(path, ("User-Agent", Attack), ("Referer", Attack), ("Accept-Language", Attack), ("Cookie", "bouncer=" + escaped));
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
            Assert.DoesNotContain("<script>alert", answer.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<b>", answer.Body, StringComparison.Ordinal);
            Assert.Single(answer.Body.Split("<script").Skip(1));
            Assert.DoesNotContain("'unsafe", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task C10_EveryAnswer_IsForNoCache()
    {
        await using var site = await CaptchaSite.StartAsync();
        foreach (var answer in new[]
        {
            await site.GetAsync("/"), await site.GetAsync("/", ("Sec-Fetch-Dest", "empty")), await site.GetAsync("/.bouncer/captcha"),
            await site.GetAsync("/.bouncer/captcha/challenge"), await site.PostAsync("right"), await site.PostAsync("wrong"),
        })
        {
            Assert.Equal("no-store, private", answer.Header("Cache-Control"));
            Assert.Equal("no-store", answer.Header("CDN-Cache-Control"));
            Assert.Equal("no-store", answer.Header("Surrogate-Control"));
        }

        Assert.Contains("Accept, Accept-Language, Cookie", (await site.GetAsync("/")).Header("Vary"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fr-CA,fr;q=0.9,en;q=0.8", "fr")]
    [InlineData("nl, de;q=0.5", "de")]
    [InlineData("en;q=0.1, sv", "sv")]
    [InlineData("es;q=0, de", "de")]
    [InlineData("*", "en")]
    [InlineData("nl", "en")]
    [InlineData("", "en")]
    [InlineData(";;;q=,,", "en")]
    [InlineData("../../etc/passwd", "en")]
    public async Task Page_Language_IsTheWantedOne(string accepted, string expected)
    {
        await using var site = await CaptchaSite.StartAsync();
        Assert.Contains($"<html lang=\"{expected}\" dir=\"ltr\">", (await site.GetAsync("/", ("Accept-Language", accepted))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C12_HugeHeaders_AreNotRead()
    {
        await using var site = await CaptchaSite.StartAsync();
        var languages = string.Join(",", Enumerable.Range(0, 4000).Select(_ => "de"));
        Assert.Contains("<html lang=\"en\"", (await site.GetAsync("/", ("Accept-Language", languages))).Body, StringComparison.Ordinal);
        Assert.Equal("application/problem+json", (await site.GetAsync("/", ("Accept", CaptchaSite.Browser + new string(',', 2000)))).Type);
    }

    [Fact]
    public async Task Post_AnythingButTheForm_IsRefused()
    {
        await using var site = await CaptchaSite.StartAsync();
        (string, string)[] sameOrigin = [("Sec-Fetch-Site", "same-origin")];
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", new StringContent("answer=right"), sameOrigin)).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", null, sameOrigin)).Status);
        using var multipart = new MultipartFormDataContent { { new StringContent("right"), "answer" } };
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", multipart, sameOrigin)).Status);
        foreach (var charset in new[] { "utf-7", "utf-16", "iso-8859-1", "nonsense", "\"\"" })
        {
            using var coded = new ByteArrayContent("answer=right"u8.ToArray());
            coded.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=" + charset);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", coded, sameOrigin)).Status);
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await site.PostAsync(new string('x', 64 * 1024))).Status);
        using var many = new FormUrlEncodedContent(Enumerable.Range(0, 100).Select(at => new KeyValuePair<string, string>("k" + at, "v")));
        Assert.Equal(HttpStatusCode.BadRequest, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", many, sameOrigin)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await site.SendAsync(HttpMethod.Put, "/.bouncer/captcha", null, sameOrigin)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await site.PostAsync("right", "/.bouncer/captcha/challenge")).Status);
        Assert.Empty(site.Provider.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("; charset=UTF-8")]
    [InlineData("; charset=\"utf-8\"")]
    public async Task Post_FormInUtf8_IsRead(string charset)
    {
        await using var site = await CaptchaSite.StartAsync();
        using var form = new ByteArrayContent("answer=right"u8.ToArray());
        form.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded" + charset);
        Assert.Equal(HttpStatusCode.SeeOther, (await site.SendAsync(HttpMethod.Post, "/.bouncer/captcha", form, ("Sec-Fetch-Site", "same-origin"))).Status);
    }

    /// <summary>F11: the server answers while the body is still to come.</summary>
    [Fact]
    public async Task F11_TooManySolutions_AreRefusedUnreadAndWithoutAPage()
    {
        await using var site = await CaptchaSite.StartAsync(
            configure: builder => builder.Services.AddSingleton<TimeProvider>(new TestClock(TimeProvider.System.GetUtcNow())));
        for (var post = 0; post < 60; post++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await site.PostAsync("wrong")).Status);
        }

        var refused = await site.PostAsync("right");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("10", refused.Header("Retry-After"));
        Assert.Empty(refused.Body);
        Assert.Equal(60, site.Provider.Asked.Count);

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, site.Site.Http1.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var head = $"POST /.bouncer/captcha HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\nSec-Fetch-Site: same-origin\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: {CaptchaSite.Suspect}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        Assert.StartsWith("HTTP/1.1 429 ", await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ChunkedBodyWithoutEnd_IsCutAtTheLimit()
    {
        await using var site = await CaptchaSite.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, site.Site.Http1.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        var head = $"POST /.bouncer/captcha HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nSec-Fetch-Site: same-origin\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nX-Forwarded-For: {CaptchaSite.Suspect}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + string.Concat(Enumerable.Repeat("a=b&", 1024)) + "\r\n");
        for (var sent = 0; sent < 16; sent++)
        {
            await stream.WriteAsync(chunk, TestContext.Current.CancellationToken);
        }

        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Matches("^HTTP/1.1 4(00|13) ", await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "");
    }

    [Fact]
    public async Task Grant_PolicyWithAnEasierCaptcha_DoesNotOpenAHarderOne()
    {
        await using var site = await CaptchaSite.StartAsync(
            http => http.Policy("easy").Captcha.Difficulty = 1,
            app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/easy", () => "easy").RequireBouncer("easy");
            });
        var easy = await site.ClearAsync(path: "/.bouncer/captcha?p=easy");
        Assert.Equal("easy", (await site.GetAsync("/easy", ("Cookie", easy))).Body);
        Assert.Equal(HttpStatusCode.Forbidden, (await site.GetAsync("/", ("Cookie", easy))).Status);
        Assert.Contains("action=\"/.bouncer/captcha?p=easy&amp;for=", (await site.GetAsync("/easy")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grant_SolutionShownAgain_GainsNothing()
    {
        var issued = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(59);
        await using var site = await CaptchaSite.StartAsync(provider: new TrivialProvider { OnVerify = (_, _) => new(new CaptchaVerdict(true, issued)) });
        var answer = await site.PostAsync("right");
        var age = int.Parse(answer.Header("Set-Cookie").Split("max-age=")[1].Split(';')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(age, 30, 60);
    }

    [Fact]
    public async Task Clearance_NewerDecisionOrBan_EndsIt()
    {
        await using var site = await CaptchaSite.StartAsync();
        var cookie = await site.ClearAsync();
        await site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Captcha);
        Assert.Contains("id=\"solution\"", (await site.GetAsync("/", ("Cookie", cookie))).Body, StringComparison.Ordinal);
        var second = await site.ClearAsync();
        Assert.Equal("hello", (await site.GetAsync("/", ("Cookie", second))).Body);
        await site.Site.DecideAsync(CaptchaSite.Suspect, Remediation.Ban);
        Assert.Contains("Access denied", (await site.GetAsync("/", ("Cookie", second))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clearance_SecondReplicaWithTheSameKeys_AcceptsIt()
    {
        var folder = Directory.CreateTempSubdirectory("bouncer-keys-");
        await using (var first = await CaptchaSite.StartAsync(keys: Keys(folder)))
        await using (var second = await CaptchaSite.StartAsync(keys: Keys(folder)))
        await using (var stranger = await CaptchaSite.StartAsync())
        {
            var cookie = await first.ClearAsync();
            Assert.Equal("hello", (await second.GetAsync("/", ("Cookie", cookie))).Body);
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync("/", ("Cookie", cookie))).Status);
        }

        folder.Delete(recursive: true);
    }

    private static IDataProtectionProvider Keys(DirectoryInfo folder) => new ServiceCollection()
        .AddDataProtection().SetApplicationName("shop").PersistKeysToFileSystem(folder).Services
        .BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();

    private sealed class TenantResolver : IScopeResolver
    {
        internal static readonly DecisionScope Tenant = new("tenant");

        public ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken) =>
            new(context.Request.Headers["X-Tenant"].ToString() is { Length: > 0 } tenant ? tenant : null);
    }
}
