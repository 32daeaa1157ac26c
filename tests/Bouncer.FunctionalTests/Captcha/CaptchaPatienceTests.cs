using Bouncer.AspNetCore;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>Whatever does not answer, the page says so after a time and offers another try.</summary>
[Collection(nameof(BrowserLane))]
public sealed class CaptchaPatienceTests(Chromium chromium)
{
    [Theory]
    [InlineData("/.bouncer/captcha/challenge", "GET", 10)]
    [InlineData("/.bouncer/captcha", "POST", 14)]
    public async Task ServerHangs_IsSaidAndMayBeTriedAgain(string path, string method, int seconds)
    {
        var hanging = new TaskCompletionSource();
        var hangs = true;
        await using var browser = await CaptchaBrowser.StartAsync(chromium, http => http.OnRemediating = async context =>
        {
            var request = context.HttpContext.Request;
            if (hangs && request.Path == path && request.Method == method)
            {
                hanging.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }

            return context.Remediation;
        });
        var page = await browser.NewPageAsync(configure: options => options.ColorScheme = method == "POST" ? ColorScheme.Dark : ColorScheme.Light);
        await page.Clock.InstallAsync();
        await page.GotoAsync(browser.Https + "/shop#section");
        await hanging.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.False(await page.Locator("#again").IsVisibleAsync());
        await page.Clock.FastForwardAsync(seconds * 1000);
        await page.Locator("#say:has-text('no answer in time')").WaitForAsync();
        await page.Locator("#again:visible").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, $"captcha-timed-out-{method}");
        await CaptchaBrowser.AssertAccessibleAsync(page);

        hangs = false;
        await page.ClickAsync("#again");
        await CaptchaBrowser.ArriveByHandAsync(page, "shop GET /shop");
        Assert.Equal(browser.Https + "/shop#section", page.Url);
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task WidgetsScriptHangs_IsSaidAndMayBeTriedAgain()
    {
        await using var service = await FakeCaptchaService.StartAsync();
        service.Hangs = true;
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: service.SettingsFor("turnstile", "/turnstile.js"));
        var page = await browser.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(browser.Https + "/shop#section", new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator("#widget").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("#say").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitForFunctionAsync("document.readyState === 'interactive'");
        await page.Clock.FastForwardAsync(20_000);
        await page.Locator("#say:has-text('no answer in time')").WaitForAsync();

        service.Hangs = false;
        await page.ClickAsync("#again");
        await CaptchaBrowser.ArriveByHandAsync(page, "shop GET /shop");
        Assert.Equal(browser.Https + "/shop#section", page.Url);
    }

    [Fact]
    public async Task WidgetGivesNoToken_IsSaidAndOneThatComesLateCounts()
    {
        await using var service = await FakeCaptchaService.StartAsync();
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: service.SettingsFor("turnstile", "/silent.js"));
        var page = await browser.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(browser.Https + "/shop");
        await page.WaitForFunctionAsync("window.isSilent");
        await page.Clock.FastForwardAsync(61_000);
        await page.Locator("#say:has-text('no task to be seen')").WaitForAsync();
        await page.Locator("#again:visible").WaitForAsync();
        await CaptchaBrowser.ScreenshotAsync(page, "captcha-widget-silent");
        await CaptchaBrowser.AssertAccessibleAsync(page);

        var loaded = page.WaitForRequestAsync(request => request.Url.EndsWith("/silent.js", StringComparison.Ordinal));
        await page.ClickAsync("#again");
        await loaded;
        await page.WaitForFunctionAsync("window.isSilent");
        await page.EvaluateAsync("""
            document.getElementById('form').insertAdjacentHTML('beforeend', '<input type="hidden" name="cf-turnstile-response" value="token:bouncer_default:shop.test">')
            """);
        await CaptchaBrowser.ArriveByHandAsync(page, "shop GET /shop");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task InvisibleWidgetGivesNoToken_IsSaid()
    {
        await using var service = await FakeCaptchaService.StartAsync();
        await using var browser = await CaptchaBrowser.StartAsync(chromium, settings: service.SettingsFor("recaptcha-v3", "/mute.js"));
        var page = await browser.NewPageAsync();
        await page.Clock.InstallAsync();
        await page.GotoAsync(browser.Https + "/shop");
        await page.WaitForFunctionAsync("window.grecaptcha");
        await page.Clock.FastForwardAsync(20_000);
        await page.Locator("#say:has-text('no answer in time')").WaitForAsync();
        await page.Locator("#again:visible").WaitForAsync();
        Assert.Empty(browser.Problems);
    }
}
