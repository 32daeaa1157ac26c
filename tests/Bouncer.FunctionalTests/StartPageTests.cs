using Bouncer.FunctionalTests.Gateway;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

/// <summary>The start page in a real browser.</summary>
[Collection(nameof(BrowserLane))]
public sealed class StartPageTests(Chromium chromium)
{
    [Fact]
    public async Task StartPage_InChromium_IsLiveAndReplays()
    {
        await using var visitors = new Visitors(chromium);
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.10", scenario: "<img src=x onerror=alert(1)>");
        lapi.Database.Add("2001:db8:bad::1");
        await using var gateway = await GatewayProcess.StartAsync(lapi.Url, lapi.ApiKey);
        var page = await visitors.NewPageAsync();
        List<string> problems = [];
        List<string> asked = [];
        page.Console += (_, message) => { if (message.Type == "error") problems.Add(message.Text); };
        page.PageError += (_, error) => problems.Add(error);
        page.Request += (_, request) => asked.Add(request.Url);

        await page.GotoAsync(gateway.StartPageUrl);
        await Expect(page, "#state", "in step");
        await Expect(page, "#total", "2");
        await Expect(page, "#decisions tr:has-text('192.0.2.10') td:nth-child(5)", "<img src=x onerror=alert(1)>");

        // Live: what CrowdSec learns appears without a reload.
        lapi.Database.Add("198.51.100.0/24", type: "captcha");
        await Expect(page, "#total", "3");
        await Expect(page, "#groups", "range captcha1", exactly: false);

        await page.ClickAsync("#targets button:has-text('a banned address')");
        await Expect(page, "#result-status", "403 Forbidden");
        await page.FrameLocator("#result-page").Locator("h1").WaitForAsync();
        Assert.Equal("Access denied", await page.FrameLocator("#result-page").Locator("h1").TextContentAsync());
        await Expect(page, "#verdicts tr:first-child td:nth-child(2)", "192.0.2.10");

        await page.ClickAsync("#targets button:has-text('a clean visitor')");
        await Expect(page, "#result-status", "200 OK");
        await Expect(page, "#verdicts tr:first-child td:nth-child(4)", "allowed");

        // A browser on this machine can be the visitor: it solves the captcha, and the start page stays the operator's.
        await page.ClickAsync("#targets button:has-text('a visitor asked for a captcha')");
        await Expect(page, "#result-status", "403 Forbidden");
        await page.FrameLocator("#result-page").Locator("h1:has-text('Checking your connection')").WaitForAsync();
        await GatewayVisitor.ScreenshotAsync(page, "gateway-start-page");
        var visit = await page.RunAndWaitForPopupAsync(() => page.ClickAsync("#result-visit"));
        await GatewayVisitor.ArriveAsync(visit);
        await Expect(visit, "p:last-of-type", "client is 198.51.100.1 and the verdict continue; captcha", exactly: false);
        await Expect(page, "#verdicts tr:first-child td:nth-child(4)", "cleared before");
        await page.ClickAsync("a[href='/.bouncer/visit']");
        await Expect(page, "#state", "in step");
        await visit.GotoAsync(gateway.Url + "/hello");
        await Expect(visit, "p:last-of-type", "verdict allow", exactly: false);

        await page.FillAsync("#search", "2001:db8:bad::1");
        await Expect(page, "#shown", "1 shown");

        // The captcha's script, which the frame must not run.
        Assert.All(problems, problem => Assert.StartsWith($"Blocked script execution in '{gateway.Url}/.bouncer/replays/", problem, StringComparison.Ordinal));
        Assert.All(asked, url => Assert.True(url.StartsWith(gateway.Url, StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal), url));
    }

    private static async Task Expect(IPage page, string selector, string text, bool exactly = true) => await Eventually.GetAsync(
        async () => await page.Locator(selector).First.TextContentAsync(new() { Timeout = 15_000 }) ?? "",
        seen => exactly ? seen.Trim() == text : seen.Contains(text, StringComparison.Ordinal),
        TimeSpan.FromSeconds(20),
        $"{selector} says '{text}'");
}
