using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>The fragment of an address, which no server is told, is still there once the captcha is solved.</summary>
[Collection(nameof(BrowserLane))]
public sealed class CaptchaFragmentTests(Chromium chromium)
{
    [Theory]
    [InlineData("/app#/orders/5", "/app")]
    [InlineData("/one?a=1#frag", "/one?a=1")]
    [InlineData("/one?#key=%2F%2Fevil.test", "/one")]
    [InlineData("/one#//evil.test/", "/one")]
    [InlineData("/one#javascript:document.title='x'", "/one")]
    public async Task R2_InPlace_Solved_IsKept(string path, string shown)
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + path);
        await CaptchaBrowser.ArriveAsync(page, "shop GET " + shown);
        Assert.Equal(path[path.IndexOf('#', StringComparison.Ordinal)..], await page.EvaluateAsync<string>("location.hash"));
        Assert.All(browser.Asked, url => Assert.StartsWith(browser.Https, url, StringComparison.Ordinal));
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task R2_InPlace_FragmentOfMarkup_IsNeverMarkup()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/one#\"><img src=x onerror=\"window.isRun=1\">");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /one");
        Assert.EndsWith("/one#%22%3E%3Cimg%20src=x%20onerror=%22window.isRun=1%22%3E", page.Url, StringComparison.Ordinal);
        Assert.Empty(browser.Problems);
    }

    [Theory]
    [InlineData("?return=%2Fshop%3Fitem%3D1#section", "/shop?item=1#section")]
    [InlineData("?return=%2Fshop%3Fitem%3D1%23own#other", "/shop?item=1#own")]
    [InlineData("?return=%2F%2Fevil.test#section", "/#section")]
    [InlineData("#section", "/#section")]
    public async Task R2_OwnPage_Solved_IsKept(string query, string expected)
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/.bouncer/captcha" + query);
        await CaptchaBrowser.ArriveAsync(page, "shop GET " + expected.Split('#')[0]);
        Assert.Equal(browser.Https + expected, page.Url);

        // Cleared, it is the browser that hands the fragment on.
        await page.GotoAsync(browser.Https + "/.bouncer/captcha" + query);
        await CaptchaBrowser.ArriveAsync(page, "shop GET " + expected.Split('#')[0]);
        Assert.Equal(browser.Https + expected, page.Url);
        Assert.Empty(browser.Problems);
    }

    /// <summary>The second time the page goes to the address that it has.</summary>
    [Theory]
    [InlineData("not right", "try once more")]
    [InlineData("too late", "came too late")]
    public async Task R2_FailedTwice_IsKept(string how, string said)
    {
        await using var service = await FakeCaptchaService.StartAsync();
        await using var browser = await CaptchaBrowser.StartAsync(
            chromium,
            http => http.Captcha.ClearanceLifetime = TimeSpan.FromMinutes(1), service.SettingsFor("turnstile", "/turnstile.js"));
        service.Hostname = how == "not right" ? "other.test" : null;
        service.Age = how == "not right" ? TimeSpan.Zero : TimeSpan.FromMinutes(2);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop#section");
        for (var failed = 1; failed <= 2; failed++)
        {
            await page.Locator($".note[role=alert]:has-text('{said}')").WaitForAsync();
            await page.Locator("#go:visible").WaitForAsync();
            Assert.Equal(failed, service.Questions.Count);
            Assert.EndsWith("#section", page.Url, StringComparison.Ordinal);
            service.Hostname = failed == 2 ? null : service.Hostname;
            service.Age = failed == 2 ? TimeSpan.Zero : service.Age;
            var loaded = page.WaitForRequestAsync(request => request.IsNavigationRequest);
            await page.ClickAsync("#go");
            await loaded;
        }

        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.Equal(browser.Https + "/shop#section", page.Url);
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task R2_Reloaded_IsKept()
    {
        var isHeld = true;
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/.bouncer/captcha", route => isHeld ? Task.CompletedTask : route.ContinueAsync());
        await page.GotoAsync(browser.Https + "/shop#section");
        await page.Locator("#say:has-text('Done')").WaitForAsync(new() { Timeout = 60_000 });
        isHeld = false;
        await page.ReloadAsync();

        await CaptchaBrowser.ArriveByHandAsync(page, "shop GET /shop");
        Assert.Equal(browser.Https + "/shop#section", page.Url);
    }

    [Fact]
    public async Task R2_Post_Solved_IsKeptAndNothingIsSentAgain()
    {
        await using var browser = await CaptchaBrowser.StartAsync(chromium);
        var page = await browser.NewPageAsync();
        await page.SetContentAsync($"""<form method="post" action="{browser.Https}/order#part"><button>Order</button></form>""");
        await page.ClickAsync("button");
        await page.Locator("#go:visible").WaitForAsync(new() { Timeout = 60_000 });
        await page.ClickAsync("#go");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /order");
        Assert.Equal(browser.Https + "/order#part", page.Url);
        Assert.Empty(browser.Problems);
    }
}
