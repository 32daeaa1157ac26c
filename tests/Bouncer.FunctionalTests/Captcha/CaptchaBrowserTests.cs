using System.Text.RegularExpressions;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>The captcha in a real browser.</summary>
[Collection(nameof(BrowserLane))]
public sealed partial class CaptchaBrowserTests(Chromium chromium)
{
    /// <summary>The page's own hash is slower than the browser's.</summary>
    private static readonly Dictionary<string, string?> Easy = new() { ["Bouncer:Http:Captcha:Difficulty"] = "1" };

    [Fact]
    public async Task Https_Solved_LandsWhereWantedAndLasts()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop?item=1");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop?item=1");
        Assert.Equal(browser.Https + "/shop?item=1", page.Url);

        var cookie = Assert.Single(await page.Context.CookiesAsync());
        Assert.StartsWith("__Host-bouncer-", cookie.Name, StringComparison.Ordinal);
        Assert.True(cookie is { Secure: true, HttpOnly: true, SameSite: SameSiteAttribute.Lax, Path: "/" });

        browser.Asked.Clear();
        await page.GotoAsync(browser.Https + "/again");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /again");
        Assert.Single(browser.Asked);
        await page.GotoAsync($"https://shop.test:{browser.Second.HttpsPort}/replica");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /replica");
        Assert.Equal(2, browser.Asked.Count);
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task PlainHttp_SolvedByThePagesOwnHash_SaysHowLongAndLands()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: Easy);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Http + "/shop");
        Assert.False(await page.EvaluateAsync<bool>("isSecureContext"));
        await page.Locator("#slow:visible").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-plain-http");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.StartsWith("bouncer-", Assert.Single(await page.Context.CookiesAsync()).Name, StringComparison.Ordinal);
        Assert.Empty(browser.Problems);
        Assert.All(browser.Asked, url => Assert.StartsWith(browser.Http, url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StolenCookie_AtAnotherAddressOrHost_IsAskedAgain()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        browser.Lapi.Database.Add("192.0.2.21", TimeSpan.FromHours(4), type: "captcha");
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        var cookie = Assert.Single(await page.Context.CookiesAsync());

        // Under the name that the other one's cookie has.
        await Assert403Async(browser, "192.0.2.21", browser.Https, cookie.Value);
        await Assert403Async(browser, CaptchaBrowser.Suspect, $"https://other.test:{browser.First.HttpsPort}", cookie.Value);
    }

    /// <summary>A visitor with an IPv4 and an IPv6 address: the page comes over one, its script takes the other.</summary>
    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    public async Task SolutionFromAnotherAddress_ClearsTheOneThatWasAsked(string scheme)
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: Easy);
        var page = await browser.NewPageAsync();
        await page.RouteAsync("**/.bouncer/**", route => route.ContinueAsync(new()
        {
            Headers = route.Request.Headers.Where(header => header.Key != "x-forwarded-for").Append(new("x-forwarded-for", "2001:db8::1")),
        }));
        await page.GotoAsync((scheme == "https" ? browser.Https : browser.Http) + "/shop");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.Single(browser.Asked, url => url.Contains("/captcha/challenge?for=", StringComparison.Ordinal));
        Assert.Single(await page.Context.CookiesAsync());
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task BanDuringClearance_Wins()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        browser.Lapi.Database.Add(CaptchaBrowser.Suspect, TimeSpan.FromHours(4), type: "ban");
        await Eventually.TrueAsync(async () =>
        {
            await page.GotoAsync(browser.Https + "/shop");
            return await page.Locator("h1:has-text('Access denied')").CountAsync() == 1;
        });
    }

    [Fact]
    public async Task Post_MetTheChallenge_SaysThatItDidNotArriveAndWaits()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.SetContentAsync($"""<form method="post" action="{browser.Https}/order"><button>Order</button></form>""");
        await page.ClickAsync("button");
        await page.Locator(".note[role=alert]:has-text('did not arrive')").WaitForAsync();
        await page.Locator("#go:visible").WaitForAsync(new() { Timeout = 60_000 });
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-post");
        await CaptchaBrowser.AssertAccessibleAsync(page);

        // By keyboard alone: the button has the focus.
        await page.Keyboard.PressAsync("Enter");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /order");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task Solved_WherePageRedirectsToAnotherOrigin_GetsThere()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/login");
        await Assertions.Expect(page).ToHaveURLAsync(ProviderUrl(), new() { Timeout = 60_000 });
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task NoScript_ShowsWhatToDoAndNothingElse()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync(configure: options => options.JavaScriptEnabled = false);
        await page.GotoAsync(browser.Https + "/shop");
        Assert.True(await page.Locator("noscript .note:has-text('needs JavaScript')").IsVisibleAsync());
        Assert.Equal(0, await page.Locator("button:visible").CountAsync());
        Assert.False(await page.Locator("#bar").IsVisibleAsync());
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-noscript");
        Assert.Single(browser.Asked, url => !url.EndsWith("favicon.ico", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("light", "en-GB", 1280, "Checking your connection")]
    [InlineData("dark", "fr-FR", 360, "Vérification de votre connexion")]
    [InlineData("light", "de-DE", 320, "Ihre Verbindung wird geprüft")]
    public async Task Page_WhileItWorks_IsAccessibleAndFits(string scheme, string locale, int width, string heading)
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync(configure: options =>
        {
            options.ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light;
            options.Locale = locale;
            options.ViewportSize = new() { Width = width, Height = 640 };
            options.ReducedMotion = ReducedMotion.Reduce;
        });
        // The page is to stay while it is looked at: its solution gets no answer.
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/.bouncer/captcha", route => Task.CompletedTask);
        await page.GotoAsync(browser.Https + "/shop");
        await page.Locator("[role=progressbar]:not([aria-valuenow='0'])").WaitForAsync();
        Assert.Equal(heading, await page.Locator("h1").TextContentAsync());
        Assert.Equal(locale[..2], await page.Locator("html").GetAttributeAsync("lang"));
        Assert.NotEmpty(await page.Locator("[aria-live=polite]").TextContentAsync() ?? "");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await CaptchaBrowser.ScreenshotAsync(page, $"captcha-{scheme}-{locale}-{width}");
        await CaptchaBrowser.AssertAccessibleAsync(page);
        Assert.Empty(browser.Problems);
        Assert.All(browser.Asked, url => Assert.StartsWith(browser.Https, url, StringComparison.Ordinal));
    }

    /// <remarks>The browser evaluates it, which does not know \A and \z.</remarks>
    [GeneratedRegex(@"^http://identity\.test:\d+/provider$")]
    private static partial Regex ProviderUrl();

    private static async Task Assert403Async(CaptchaBrowser browser, string client, string url, string cookie)
    {
        var solver = await browser.NewPageAsync(client);
        await solver.GotoAsync(url + "/shop");
        await CaptchaBrowser.ArriveAsync(solver, "shop GET /shop");
        var name = Assert.Single(await solver.Context.CookiesAsync()).Name;
        var page = await browser.NewPageAsync(client, options => options.JavaScriptEnabled = false);
        await page.Context.AddCookiesAsync([new() { Name = name, Value = cookie, Url = url, Secure = true }]);
        var answer = await page.GotoAsync(url + "/shop");
        Assert.Equal(403, answer!.Status);
        Assert.Contains(name, await answer.Request.HeaderValueAsync("Cookie") ?? "", StringComparison.Ordinal);
        Assert.Equal(1, await page.Locator("#solution").CountAsync());
    }
}
