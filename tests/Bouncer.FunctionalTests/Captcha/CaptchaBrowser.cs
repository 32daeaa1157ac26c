using Bouncer.TestUtils;
using Deque.AxeCore.Playwright;
using Bouncer.Testing;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>Visitors' browsers, and two replicas of a shop.</summary>
internal sealed class CaptchaBrowser : IAsyncDisposable
{
    internal const string Suspect = "192.0.2.20";

    private readonly Chromium _chromium;
    private readonly DirectoryInfo _keys;
    private readonly Visitors _visitors;

    private CaptchaBrowser(Chromium chromium, DirectoryInfo keys, LocalApiServer lapi, CaptchaReplica first, CaptchaReplica second)
    {
        _chromium = chromium;
        _visitors = new Visitors(chromium);
        _keys = keys;
        Lapi = lapi;
        First = first;
        Second = second;
    }

    internal LocalApiServer Lapi { get; }

    internal CaptchaReplica First { get; }

    internal CaptchaReplica Second { get; }

    internal string Https => $"https://shop.test:{First.HttpsPort}";

    /// <summary>No secure context: browsers make an exception for loopback by address and for localhost only.</summary>
    internal string Http => $"http://shop.test:{First.HttpPort}";

    /// <summary>What went wrong on the pages.</summary>
    internal List<string> Problems { get; } = [];

    /// <summary>Every URL the pages asked for.</summary>
    internal List<string> Asked { get; } = [];

    internal static async Task<CaptchaBrowser> StartAsync(
        Chromium chromium,
        Action<Bouncer.AspNetCore.BouncerHttpOptions>? configure = null,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Suspect, TimeSpan.FromHours(4), type: "captcha");
        var keys = Directory.CreateTempSubdirectory("bouncer-keys-");
        var first = await CaptchaReplica.StartAsync(lapi, keys, configure, settings);
        var second = await CaptchaReplica.StartAsync(lapi, keys, configure, settings);
        return new CaptchaBrowser(chromium, keys, lapi, first, second);
    }

    internal async Task<IPage> NewPageAsync(string client = Suspect, Action<BrowserNewContextOptions>? configure = null)
    {
        BrowserNewContextOptions options = new()
        {
            IgnoreHTTPSErrors = true,
            Locale = "en-GB",
            ExtraHTTPHeaders = [new("X-Forwarded-For", client)],
        };
        configure?.Invoke(options);
        var page = await _visitors.NewPageAsync(options);

        // A browser logs the 403 of the page it shows, and shops have no icon here.
        page.Console += (_, message) => { if (message.Type == "error" && !IsExpected(message)) Problems.Add($"{message.Text} {message.Location}"); };
        page.PageError += (_, error) => Problems.Add(error);
        page.Request += (_, request) => Asked.Add(request.Url);
        return page;
    }

    /// <summary>A browser whose owner has switched cookies off.</summary>
    internal async Task<IBrowserContext> NewContextWithoutCookiesAsync(bool script)
    {
        var profile = Directory.CreateDirectory(Path.Combine(_keys.FullName, "profile"));
        var preferences = Path.Combine(profile.CreateSubdirectory("Default").FullName, "Preferences");
        await File.WriteAllTextAsync(preferences, """{"profile":{"default_content_setting_values":{"cookies":2}}}""");
        return await _chromium.LaunchAsync(profile.FullName, new()
        {
            IgnoreHTTPSErrors = true,
            JavaScriptEnabled = script,
            ColorScheme = ColorScheme.Dark,
            Locale = "en-GB",
            ExtraHTTPHeaders = [new("X-Forwarded-For", Suspect)],
        });
    }

    private static bool IsExpected(IConsoleMessage message) =>
        message.Text.Contains("status of 403", StringComparison.Ordinal) || message.Location.Contains("favicon.ico", StringComparison.Ordinal);

    internal static Task ArriveAsync(IPage page, string text) => page.Locator($"pre:has-text(\"{text}\")").WaitForAsync(new() { Timeout = 60_000 });

    /// <summary>A page that comes a second time within seconds goes on by hand; on a slow machine it comes later.</summary>
    internal static async Task ArriveByHandAsync(IPage page, string text)
    {
        var arrived = page.Locator($"pre:has-text(\"{text}\")");
        await arrived.Or(page.Locator("#go:visible")).WaitForAsync(new() { Timeout = 60_000 });
        if (await page.Locator("#go:visible").CountAsync() > 0)
        {
            await page.ClickAsync("#go");
        }

        await arrived.WaitForAsync(new() { Timeout = 60_000 });
    }

    internal static async Task AssertAccessibleAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.NotEmpty(result.Passes);
        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
    }

    internal static Task ScreenshotAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = RepositoryRoot.Combine("artifacts", "screenshots", name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync()
    {
        await _visitors.DisposeAsync();
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await Lapi.DisposeAsync();
        _keys.Delete(recursive: true);
    }
}
