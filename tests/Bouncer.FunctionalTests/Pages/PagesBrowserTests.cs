using Bouncer.AspNetCore;
using Bouncer.FunctionalTests.Captcha;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Pages;

/// <summary>The pages for refused visitors in a real browser.</summary>
[Collection(nameof(BrowserLane))]
public sealed class PagesBrowserTests(Chromium chromium)
{
    private const string Banned = "192.0.2.66";
    private const string Throttled = "192.0.2.30";

    private static readonly string Long = new('W', 100);

    [Theory]
    [InlineData("ban", "light", "en-GB", 1280, "Access denied")]
    [InlineData("ban", "dark", "de-DE", 320, "Zugriff verweigert")]
    [InlineData("ban", "dark", "en-GB", 1280, "Access denied")]
    [InlineData("ban", "light", "de-DE", 320, "Zugriff verweigert")]
    [InlineData("throttle", "light", "fr-FR", 320, "Trop de requêtes")]
    [InlineData("throttle", "dark", "sv-SE", 1280, "För många förfrågningar")]
    [InlineData("throttle", "dark", "fr-FR", 320, "Trop de requêtes")]
    [InlineData("throttle", "light", "sv-SE", 1280, "För många förfrågningar")]
    [InlineData("unresolved", "light", "es-ES", 1280, "Solicitud no válida")]
    [InlineData("captcha", "light", "en-GB", 1280, "Checking your connection")]
    [InlineData("captcha", "dark", "en-GB", 320, "Checking your connection")]
    [InlineData("captcha", "light", "es-ES", 320, "Comprobando su conexión")]
    [InlineData("captcha", "dark", "es-ES", 1280, "Comprobando su conexión")]
    public async Task Page_WithTheSitesDetails_IsAccessibleAndFits(string name, string scheme, string locale, int width, string heading)
    {
        await using var browser = await StartAsync(site =>
        {
            site.Name = "Example Shop";
            site.ContactUrl = "https://help.example.org/contact";
            site.ContactEmail = "help@example.org";
            site.PrivacyUrl = "/privacy";
        });
        var page = await OpenAsync(browser, name, options =>
        {
            options.ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light;
            options.Locale = locale;
            options.ViewportSize = new() { Width = width, Height = 640 };
        });
        Assert.Equal(heading, await page.Locator("h1").TextContentAsync());
        Assert.Equal("Example Shop", await page.Locator(".site").TextContentAsync());
        Assert.EndsWith(" – Example Shop", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(locale[..2], await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal(3, await page.Locator("a:visible").CountAsync());
        await AssertFitsAsync(page, width, $"{name}-{scheme}-{locale}-{width}");
        Assert.Empty(browser.Problems);
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("captcha")]
    public async Task Page_WithLongTexts_BreaksThem(string name)
    {
        await using var browser = await StartAsync(site =>
        {
            site.Name = Long;
            site.ContactUrl = "https://help.example.org/" + new string('x', 1900);
            site.ContactEmail = $"{new string('m', 140)}@{Long}.example";
        });
        await AssertFitsAsync(await OpenAsync(browser, name, static options => options.ViewportSize = new() { Width = 320, Height = 640 }), 320, name + "-long");
    }

    [Fact]
    public async Task Page_RightToLeftAndInForcedColours_IsAccessible()
    {
        var folder = Directory.CreateTempSubdirectory("bouncer-texts-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "ar.json"),
            """{ "dir": "rtl", "banHeading": "تم رفض الوصول", "banWhy": "لم يُسمح بمرور طلبك.", "whatToDo": "ما يمكنك فعله", "contactPage": "اتصل بنا" }""",
            TestContext.Current.CancellationToken);
        await using (var browser = await StartAsync(
            site =>
            {
                site.Name = "Example Shop";
                site.ContactUrl = "https://help.example.org/contact";
                site.ContactEmail = "help@example.org";
            },
            http => http.Texts = folder.FullName))
        {
            var page = await OpenAsync(browser, "ban", static options =>
            {
                options.Locale = "ar-EG";
                options.ForcedColors = ForcedColors.Active;
            });
            Assert.Equal("rtl", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('h1')).direction"));
            await AssertFitsAsync(page, 1280, "ban-rtl-forced");
        }

        folder.Delete(recursive: true);
    }

    /// <summary>The page's policy lets a visitor go, and the browser does not say from where.</summary>
    [Fact]
    public async Task ContactLink_OfABannedVisitor_OpensWithoutAReferrer()
    {
        await using var browser = await StartAsync(static site => site.ContactUrl = "http://help.test/contact");
        var page = await OpenAsync(browser, "ban");
        string? referrer = "not asked";
        await page.RouteAsync("http://help.test/**", async route =>
        {
            referrer = await route.Request.HeaderValueAsync("referer");
            await route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Help</h1>" });
        });
        await page.ClickAsync("a");
        await page.Locator("h1:has-text('Help')").WaitForAsync();
        Assert.Null(referrer);
        Assert.Empty(browser.Problems);
    }

    private async Task<CaptchaBrowser> StartAsync(Action<SiteOptions> site, Action<BouncerHttpOptions>? configure = null)
    {
        var browser = await CaptchaBrowser.StartAsync(chromium, http =>
        {
            http.Throttle.PermitLimit = 1;
            http.Throttle.Window = TimeSpan.FromMinutes(2);
            site(http.Site);
            configure?.Invoke(http);
        });
        browser.Lapi.Database.Add(Banned, TimeSpan.FromHours(4), type: "ban");
        browser.Lapi.Database.Add(Throttled, TimeSpan.FromHours(4), type: "throttle");
        return browser;
    }

    /// <summary>Shows a page, which is to stay while it is looked at.</summary>
    private static async Task<IPage> OpenAsync(CaptchaBrowser browser, string name, Action<BrowserNewContextOptions>? configure = null)
    {
        var client = name switch { "ban" => Banned, "throttle" => Throttled, "unresolved" => "unknown", _ => CaptchaBrowser.Suspect };
        var page = await browser.NewPageAsync(client, configure);
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/.bouncer/captcha", static route => Task.CompletedTask);
        await Bouncer.TestUtils.Eventually.TrueAsync(async () => (await page.GotoAsync(browser.Https + "/shop"))!.Status >= 400);
        browser.Problems.Clear();
        return page;
    }

    private static async Task AssertFitsAsync(IPage page, int width, string name)
    {
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await CaptchaBrowser.ScreenshotAsync(page, "page-" + name);
        await CaptchaBrowser.AssertAccessibleAsync(page);
    }
}
