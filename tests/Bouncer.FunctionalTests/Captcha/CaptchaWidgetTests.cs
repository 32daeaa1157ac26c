using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>Captchas of other providers on our page, in a real browser: a widget of another origin, a service that is asked.</summary>
[Collection(nameof(BrowserLane))]
public sealed class CaptchaWidgetTests(Chromium chromium)
{
    [Theory]
    [InlineData("turnstile", "/turnstile.js", "bouncer_default")]
    [InlineData("recaptcha-v3", "/recaptcha.js", "bouncer_default")]
    [InlineData("siteverify", "/cap.js", "-")]
    public async Task Widget_GivesAToken_LetsTheVisitorThrough(string provider, string script, string action)
    {
        await using var service = await FakeCaptchaService.StartAsync();
        var settings = service.SettingsFor(provider, script);
        settings[$"Bouncer:Http:Captcha:Providers:{provider}:WidgetEndpoint"] = service.Outside + "/the-site-key/";
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: settings);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop?item=1");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop?item=1");
        Assert.StartsWith("__Host-bouncer-", Assert.Single(await page.Context.CookiesAsync()).Name, StringComparison.Ordinal);

        var question = Assert.Single(service.Questions);
        Assert.Equal($"token:{action}:shop.test", question["response"]);
        Assert.DoesNotContain("remoteip", question.Keys);
        Assert.Contains(browser.Asked, url => url.StartsWith(service.Outside + script, StringComparison.Ordinal));
        Assert.All(browser.Asked, url => Assert.True(
            url.StartsWith(browser.Https, StringComparison.Ordinal) || url.StartsWith(service.Outside, StringComparison.Ordinal), url));
        Assert.Empty(browser.Problems);
    }

    [Theory]
    [InlineData("turnstile", "/turnstile.js")]
    [InlineData("recaptcha-v3", "/recaptcha.js")]
    [InlineData("siteverify", "/cap.js")]
    public async Task C4_TokenOfAnotherHost_DoesNotPassAndMayBeTriedAgain(string provider, string script)
    {
        await using var service = await FakeCaptchaService.StartAsync();
        service.Hostname = "other.test";
        var settings = service.SettingsFor(provider, script);
        settings[$"Bouncer:Http:Captcha:Providers:{provider}:WidgetEndpoint"] = service.Outside + "/the-site-key/";
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: settings);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop?item=1");
        await page.Locator(".note[role=alert]:has-text('try once more')").WaitForAsync();
        await page.Locator("#go:visible").WaitForAsync();
        Assert.Empty(await page.Context.CookiesAsync());
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-widget-" + provider);
        await CaptchaBrowser.AssertAccessibleAsync(page);

        service.Hostname = null;
        await page.ClickAsync("#go");
        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop?item=1");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task C19_ServiceDown_LocalCaptchaStandsInAndCanBeSolved()
    {
        await using var service = await FakeCaptchaService.StartAsync();
        var settings = service.SettingsFor("turnstile", "/turnstile.js");
        settings["Bouncer:Http:Captcha:Providers:turnstile:Endpoint"] = $"http://127.0.0.1:{FreePort.Take()}/siteverify";
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: settings);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(browser.Https + "/shop");
        await page.Locator(".note[role=alert]").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-widget-down");
        Assert.Empty(await page.Context.CookiesAsync());
        Assert.Empty(service.Questions);

        // As soon as probes have found the same.
        await Eventually.TrueAsync(async () => (await page.GotoAsync(browser.Https + "/shop"))!.Ok || await page.Locator("#widget").CountAsync() == 0);

        // Who comes back soon goes on by hand.
        await page.Locator("#go:visible, pre").First.WaitForAsync(new() { Timeout = 60_000 });
        if (await page.Locator("#go:visible").CountAsync() > 0)
        {
            await page.ClickAsync("#go");
        }

        await CaptchaBrowser.ArriveAsync(page, "shop GET /shop");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task Script_DoesNotCome_IsSaid()
    {
        await using var service = await FakeCaptchaService.StartAsync();
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: service.SettingsFor("turnstile", "/turnstile.js"));
        var page = await browser.NewPageAsync();
        await page.RouteAsync("**/turnstile.js", route => route.AbortAsync());
        await page.GotoAsync(browser.Https + "/shop");
        await page.Locator("#say:has-text('could not be completed')").WaitForAsync();
        Assert.Contains("turnstile.js", Assert.Single(browser.Problems), StringComparison.Ordinal);
    }
}
