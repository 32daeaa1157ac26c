using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>A browser without JavaScript that waits instead.</summary>
[Collection(nameof(BrowserLane))]
public sealed class CaptchaWaitTests(Chromium chromium)
{
    private static readonly Dictionary<string, string?> FiveSeconds = new() { ["Bouncer:Http:Captcha:WaitWithoutScript"] = "00:00:05" };

    /// <summary>The page goes on by itself, and without its fragment: no browser hands one on when a page sends it elsewhere.</summary>
    [Theory]
    [InlineData("light", "en-GB", 1280)]
    [InlineData("dark", "de-DE", 360)]
    public async Task NoScript_Waits_LandsWhereWantedAndLasts(string scheme, string locale, int width)
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        var page = await NewPageAsync(browser, options =>
        {
            options.ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light;
            options.Locale = locale;
            options.ViewportSize = new() { Width = width, Height = 640 };
        });
        await page.GotoAsync(browser.Https + "/shop?item=1#section");
        await page.Locator("svg").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, $"captcha-wait-{scheme}-{locale}-{width}");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop?item=1");
        Assert.Equal(browser.Https + "/shop?item=1", page.Url);
        Assert.StartsWith("__Host-bouncer-", Assert.Single(await page.Context.CookiesAsync()).Name, StringComparison.Ordinal);
        await page.GotoAsync(browser.Https + "/again");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /again");
        await page.GotoAsync($"https://shop.test:{browser.Second.HttpsPort}/replica");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /replica");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task NoScript_OverPlainHttpAndBothFamilies_Lands()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        var page = await NewPageAsync(browser);
        await page.RouteAsync("**/.bouncer/**", route => route.ContinueAsync(new()
        {
            Headers = route.Request.Headers.Where(header => header.Key != "x-forwarded-for").Append(new("x-forwarded-for", "2001:db8::1")),
        }));
        await page.GotoAsync(browser.Http + "/shop");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.StartsWith("bouncer-", Assert.Single(await page.Context.CookiesAsync()).Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoScript_ReloadedWhileItWaits_DoesNotStartAgain()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        var page = await NewPageAsync(browser);
        await page.GotoAsync(browser.Https + "/shop");
        await page.Locator("svg").WaitForAsync();
        var url = page.Url;
        await page.ReloadAsync();
        Assert.Equal(url, page.Url);
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.Single(browser.Asked, asked => asked.EndsWith("wait=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoScript_Post_SaysWhatBecameOfItAndWaitsByHand()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        var page = await NewPageAsync(browser);
        await page.SetContentAsync($"""<form method="post" action="{browser.Https}/order"><button>Order</button></form>""");
        await page.ClickAsync("button");
        await page.Locator(".note[role=alert]:has-text('did not arrive')").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-wait-post");
        await page.ClickAsync("a:has-text('Wait and go on')");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /order");
    }

    [Fact]
    public async Task NoScriptAndNoCookies_IsToldAndThePageStops()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        await using var context = await browser.NewContextWithoutCookiesAsync(script: false);
        var page = context.Pages[0];
        List<string> asked = [];
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync(browser.Https + "/shop");
        await page.Locator(".note:has-text('did not keep the cookie')").WaitForAsync(new() { Timeout = 60_000 });
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-wait-no-cookie");
        Assert.Empty(await page.Context.CookiesAsync());
        Assert.Equal(0, await page.Locator("meta[http-equiv=refresh]").CountAsync());
        Assert.Single(asked, url => url.EndsWith("wait=done", StringComparison.Ordinal));
    }

    /// <summary>The option changes nothing for everybody else.</summary>
    [Fact]
    public async Task WithScript_IsSolvedAsEver()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: FiveSeconds);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop#section");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.Equal(browser.Https + "/shop#section", page.Url);
        Assert.DoesNotContain(browser.Asked, url => url.Contains("wait=", StringComparison.Ordinal));
        Assert.Empty(browser.Problems);
    }

    /// <summary>The page on which one waits has no script; with one in the browser it is looked at.</summary>
    [Fact]
    public async Task WaitPage_IsAccessibleButForItsRefresh()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: new Dictionary<string, string?> { ["Bouncer:Http:Captcha:WaitWithoutScript"] = "00:05:00" });
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/.bouncer/captcha?return=/shop&wait=");
        await page.Locator("svg").WaitForAsync();
        await page.EvaluateAsync("document.querySelector('meta[http-equiv=refresh]').remove()");
        await CaptchaBrowser.AssertAccessibleAsync(page);
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-wait-long");
    }

    private static Task<IPage> NewPageAsync(CaptchaBrowser browser, Action<BrowserNewContextOptions>? configure = null) => browser.NewPageAsync(configure: options =>
    {
        options.JavaScriptEnabled = false;
        configure?.Invoke(options);
    });
}
