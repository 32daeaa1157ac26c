using System.Text;
using System.Text.RegularExpressions;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

/// <summary>samples/Identity.Mfa, as its README says to use it, in a real browser.</summary>
[Collection(nameof(BrowserLane))]
public sealed partial class IdentitySampleTests(Chromium chromium)
{
    private const string Account = "/Identity/Account/";
    private const string Name = "alice@example.com";
    private const string Password = "Correct-horse-1";

    [Fact]
    public async Task C8_IdentitysOwnPages_AskForACodeOnceInASessionAndForNoCodeTwice()
    {
        await using var site = await IdentitySite.StartSampleAsync();
        await using var visitors = new Visitors(chromium);
        var page = await visitors.NewPageAsync();
        await page.GotoAsync(site.Url + Account + "Register");
        await FillAndSubmitAsync(page, "#registerSubmit", ("Email", Name), ("Password", Password), ("ConfirmPassword", Password));
        Assert.Equal(site.Url + Account + "Manage", page.Url);
        await page.GotoAsync(site.Url + Account + "Manage/EnableAuthenticator");
        var secret = Totp.ReadSecret(await page.TextContentAsync("kbd") ?? "");
        await FillAndSubmitAsync(page, "#send-code button", ("Code", CodeIn(secret)));
        await page.Locator(".recovery-code").First.WaitForAsync();

        await RunPrintedCommandAsync(site.Output);
        await Eventually.TrueAsync(
            async () => (await page.GotoAsync(site.Url))!.Url == site.Url + "/step-up?returnUrl=%2F", Polls.UntilFullList, "the second factor is demanded");
        await page.ScreenshotAsync(new() { Path = RepositoryRoot.Combine("artifacts", "screenshots", "mfa-sample.png") });
        await AssetsAreOpenAsync(page);
        await page.GotoAsync(site.Url + Account + "Manage/ResetAuthenticator");
        Assert.StartsWith(site.Url + "/step-up?", page.Url, StringComparison.Ordinal);
        var code = CodeIn(secret);
        var form = page.APIRequest.CreateFormData();
        form.Set("code", code);
        Assert.Equal(400, (await page.APIRequest.PostAsync(page.Url, new() { Form = form })).Status);
        await StepUpAsync(page, code);
        Assert.Equal(site.Url + Account + "Manage/ResetAuthenticator", page.Url);

        // Copies of the cookies are worth nothing once the user has signed out.
        var cookies = await page.Context.CookiesAsync();
        await page.SubmitAsync("button:has-text('Log out')");
        Assert.StartsWith(site.Url + Account + "Login", page.Url, StringComparison.Ordinal);
        await page.Context.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = site.Url }));
        await page.GotoAsync(site.Url);
        Assert.Equal(site.Url + "/step-up?returnUrl=%2F", page.Url);

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(site.Url);
        await FillAndSubmitAsync(page, "#login-submit", ("Email", Name), ("Password", Password));
        await FillAndSubmitAsync(page, "form[action*=LoginWith2fa] button", ("TwoFactorCode", CodeIn(secret)));
        Assert.Equal(site.Url + "/step-up?returnUrl=%2FIdentity%2FAccount%2FManage", page.Url);
        await StepUpAsync(page, code);
        Assert.Contains("used already", await page.TextContentAsync("[role=alert]"), StringComparison.Ordinal);
        await StepUpAsync(page, CodeIn(secret, seconds: 30));
        Assert.Equal(site.Url + Account + "Manage", page.Url);
    }

    [GeneratedRegex(@"curl (\S+) .* -d '(.+)'")]
    private static partial Regex Command();

    private static string CodeIn(byte[] secret, int seconds = 0) => Totp.Compute(secret, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds));

    private static async Task RunPrintedCommandAsync(string output)
    {
        var command = Command().Match(output).Groups;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var body = new StringContent(command[2].Value, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(command[1].Value), body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asks for them past the browser's cache, in which earlier pages left them.</summary>
    private static async Task AssetsAreOpenAsync(IPage page)
    {
        var assets = await page.Locator("link[rel=stylesheet], script[src]").EvaluateAllAsync<string[]>("parts => parts.map(part => part.href || part.src)");
        Assert.NotEmpty(assets);
        foreach (var asset in assets)
        {
            Assert.Equal(200, (await page.APIRequest.GetAsync(asset)).Status);
        }
    }

    private static async Task FillAndSubmitAsync(IPage page, string button, params (string Field, string Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            await page.FillAsync($"[name='Input.{field}']", value);
        }

        await page.SubmitAsync(button);
    }

    private static async Task StepUpAsync(IPage page, string code)
    {
        await page.FillAsync("[name=code]", code);
        await page.SubmitAsync("button:has-text('Continue')");
    }
}
