using System.Globalization;
using System.Net;
using System.Text.Json;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Gateway;

/// <summary>What cscli decides is carried out by the gateway: captcha, ban and throttle, in a real browser, over two gateways
/// with one key ring, before an upstream that knows nothing of it.</summary>
[Collection(nameof(BrowserLane))]
public sealed class GatewayRemediationTests(Chromium chromium) : IAsyncLifetime
{
    private const string Suspect = "192.0.2.20";
    private const string CaptchaMark = "id=\"solution\"";

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("bouncers-keys-");
    private readonly Visitors _visitors = new(chromium);
    private CrowdSecServer? _crowdSec;
    private GatewayProcess? _gateway;

    private CrowdSecServer CrowdSec => _crowdSec!;

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _crowdSec = await CrowdSecServer.StartAsync();
        _gateway = await StartGatewayAsync(CrowdSecServer.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        await _visitors.DisposeAsync();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_crowdSec is not null)
        {
            await _crowdSec.DisposeAsync();
        }

        _keys.Delete(recursive: true);
    }

    [Fact]
    public async Task Captcha_Solved_ReachesTheUpstreamLastsAndCountsAtAnotherGateway()
    {
        await DecideAsync(Suspect, "captcha");
        var held = await OpenAsync();
        var first = await HoldAtCaptchaAsync(held, "/shop?item=1");
        Assert.Equal(403, first.Status);
        await held.Locator("[role=progressbar]:not([aria-valuenow='0'])").WaitForAsync();
        await GatewayVisitor.ScreenshotAsync(held, "gateway-captcha");
        Assert.Equal("Checking your connection", await held.Locator("h1").TextContentAsync());

        var page = await OpenAsync();
        List<string> asked = [];
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync(Gateway.Url + "/shop?item=1");
        await GatewayVisitor.ArriveAsync(page);
        Assert.Equal(Gateway.Url + "/shop?item=1", page.Url);
        Assert.Contains($"client is {Suspect} and the verdict continue; captcha", await page.Locator("p").Last.TextContentAsync(), StringComparison.Ordinal);
        await GatewayVisitor.ScreenshotAsync(page, "gateway-captcha-solved");
        Assert.All(asked, url => Assert.StartsWith(Gateway.Url, url, StringComparison.Ordinal));

        asked.Clear();
        Assert.Equal(200, (await page.GotoAsync(Gateway.Url + "/again"))!.Status);
        Assert.Single(asked);

        // A key of its own: of two bouncers with one key, each misses the changes that the other was told.
        await CrowdSec.AddBouncerAsync("second", new string('2', 32));
        await using var second = await StartGatewayAsync(new string('2', 32));
        await BecomesHeldAsync(second, Suspect, "captcha");
        Assert.Equal(200, (await page.GotoAsync(second.Url + "/replica"))!.Status);
        await GatewayVisitor.ArriveAsync(page);
    }

    [Fact]
    public async Task Captcha_CookieAtAnotherAddressOrHost_IsAskedAgain()
    {
        await DecideAsync(Suspect, "captcha");
        await DecideAsync("192.0.2.21", "captcha");
        var cookie = await SolveAsync(await OpenAsync());

        var (status, body) = await GatewayVisitor.LoadAsync(Gateway, Suspect, cookie);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(GatewayVisitor.Upstream, body, StringComparison.Ordinal);

        await AssertIsAskedAsync("192.0.2.21", cookie);
        await AssertIsAskedAsync(Suspect, cookie, host: "other.test");
        await AssertIsAskedAsync(Suspect, cookie[..^4] + "AAAA");
    }

    [Fact]
    public async Task Captcha_GatewayWithOtherKeys_AsksAgain()
    {
        await DecideAsync(Suspect, "captcha");
        var cookie = await SolveAsync(await OpenAsync());
        var otherKeys = _keys.CreateSubdirectory("other").FullName;
        await CrowdSec.AddBouncerAsync("second", new string('2', 32));
        await using var second = await StartGatewayAsync(new string('2', 32), otherKeys);
        await BecomesHeldAsync(second, Suspect, "captcha");

        var (status, body) = await GatewayVisitor.LoadAsync(second, Suspect, cookie);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(CaptchaMark, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Captcha_BehindTlsOfAnotherProxy_ClearanceIsForThisHostAndHttpsAlone()
    {
        await DecideAsync(Suspect, "captcha");
        var page = await GatewayVisitor.OpenAsync(_visitors, Suspect, scheme: "https");

        Assert.StartsWith("__Host-bouncer-", await SolveAsync(page), StringComparison.Ordinal);
        Assert.True(Assert.Single(await page.Context.CookiesAsync()) is { Secure: true, HttpOnly: true, Path: "/", SameSite: SameSiteAttribute.Lax });
    }

    [Fact]
    public async Task Ban_DuringClearance_Wins()
    {
        await DecideAsync(Suspect, "captcha");
        var page = await OpenAsync();
        await SolveAsync(page);

        await DecideAsync(Suspect, "ban");

        Assert.Equal(403, (await page.GotoAsync(Gateway.Url + "/shop"))!.Status);
        Assert.Equal("Access denied", await page.Locator("h1").TextContentAsync());
        Assert.Equal(0, await page.Locator("#solution").CountAsync());

        // Nor does the captcha help: its page is closed to who is banned.
        Assert.Equal(403, (await page.GotoAsync(Gateway.Url + "/.bouncer/captcha"))!.Status);
        Assert.Equal("Access denied", await page.Locator("h1").TextContentAsync());

        await CrowdSec.DeleteDecisionsAsync(Suspect);
        await Gateway.BecomesAsync(Suspect, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Captcha_Fetch_GetsAProblemWithTheChallenge()
    {
        await DecideAsync(Suspect, "captcha");
        var page = await OpenAsync();
        await HoldAtCaptchaAsync(page, "/shop");

        var seen = await page.EvaluateAsync<JsonElement>("""
            async () => {
              const answer = await fetch('/data', { headers: { Accept: 'text/html' } });
              return { status: answer.status, type: answer.headers.get('content-type'), challenge: (await answer.json()).challenge };
            }
            """);

        Assert.Equal(403, seen.GetProperty("status").GetInt32());
        Assert.StartsWith("application/problem+json", seen.GetProperty("type").GetString(), StringComparison.Ordinal);
        var challenge = new Uri(new Uri(Gateway.Url), seen.GetProperty("challenge").GetString());
        Assert.Equal(new Uri(Gateway.Url).Authority, challenge.Authority);
        var window = await OpenAsync();
        await window.GotoAsync(challenge.ToString());
        await GatewayVisitor.ArriveAsync(window);
        Assert.Equal(Gateway.Url + "/data", window.Url);
    }

    [Fact]
    public async Task Throttle_ReachesTheUpstreamBelowTheRate_AndIsRefusedAbove()
    {
        await DecideAsync(Suspect, "throttle");
        for (var left = 3; left >= 0; left--)
        {
            using var answer = await Gateway.GetAsync("/hello", Suspect);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("\"verdict\":\"continue; throttle\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.StartsWith($"\"throttle\";r={left};", Assert.Single(answer.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        }

        using (var refused = await Gateway.GetAsync("/hello", Suspect))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 1, 10);
        }

        Assert.Equal(HttpStatusCode.OK, await Gateway.StatusForAsync("203.0.113.1"));
        await Gateway.BecomesAsync(Suspect, HttpStatusCode.OK, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Mfa_WhereNobodySignsIn_AsksForACaptcha()
    {
        await DecideAsync(Suspect, "enforce_mfa");
        var page = await OpenAsync();

        Assert.StartsWith("bouncer-", await SolveAsync(page), StringComparison.Ordinal);
    }

    private Task<GatewayProcess> StartGatewayAsync(string key, string? keys = null) => GatewayProcess.StartAsync(
        CrowdSec.Url,
        key,
        ("DataProtection:Keys", keys ?? _keys.FullName),
        ("Bouncer:Http:Throttle:PermitLimit", "4"),
        ("Bouncer:Http:Throttle:Window", "00:00:40"));

    private Task<IPage> OpenAsync() => GatewayVisitor.OpenAsync(_visitors, Suspect);

    private async Task DecideAsync(string address, string type)
    {
        await CrowdSec.RunCscliAsync("decisions", "add", "--ip", address, "--type", type);
        await BecomesHeldAsync(Gateway, address, type);
    }

    private static Task<bool> BecomesHeldAsync(GatewayProcess gateway, string address, string type) => gateway.WithinOnePollAsync(
        async () => (await gateway.ReadAsync("/.bouncer/decisions?search=" + address)).GetProperty("decisions").EnumerateArray()
            .Any(decision => decision.GetProperty("type").GetString() == type),
        held => held,
        $"{type} on {address} is held");

    /// <summary>Opens what is answered by a captcha, and keeps it from being sent.</summary>
    private async Task<IResponse> HoldAtCaptchaAsync(IPage page, string path)
    {
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/.bouncer/captcha", route => Task.CompletedTask);
        return (await page.GotoAsync(Gateway.Url + path))!;
    }

    /// <summary>Solves a captcha and returns the cookie.</summary>
    private async Task<string> SolveAsync(IPage page)
    {
        Assert.Equal(403, (await page.GotoAsync(Gateway.Url + "/shop"))!.Status);
        await GatewayVisitor.ArriveAsync(page);
        var cookie = Assert.Single(await page.Context.CookiesAsync());
        return $"{cookie.Name}={cookie.Value}";
    }

    private async Task AssertIsAskedAsync(string address, string cookie, string? host = null)
    {
        var (status, body) = await GatewayVisitor.LoadAsync(Gateway, address, cookie, host);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(CaptchaMark, body, StringComparison.Ordinal);
    }
}
