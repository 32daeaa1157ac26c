using System.Text.RegularExpressions;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

/// <summary>A second factor, from its enrolment to CrowdSec's demand, in a real browser.</summary>
[Collection(nameof(BrowserLane))]
public sealed partial class SecondFactorTests(Chromium chromium) : IAsyncDisposable
{
    private const string Password = "Correct-horse-1";

    private readonly Visitors _visitors = new(chromium);
    private IdentitySite? _site;

    public async ValueTask DisposeAsync()
    {
        await _visitors.DisposeAsync();
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }
    }

    [Fact]
    public async Task C8_UsernameDecision_DemandsACodeOnceAndNoCodeTwice()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        _site = await IdentitySite.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        var bob = await RegisterAsync("bob");
        var alice = await RegisterAsync("alice");
        var (secret, usedCode, recoveryCode) = await EnrolAsync(alice);
        Assert.Equal("alice", await alice.TextContentAsync("#user"));

        await crowdSec.AddDecisionAsync("alice", scope: "username", type: "enforce_mfa");
        await IsDemandedAsync(alice, "/?from=here");
        await SaveAsync(alice, "mfa-demanded");
        await bob.GotoAsync(_site.Url);
        Assert.Equal("bob", await bob.TextContentAsync("#user"));

        await EnterAsync(alice, usedCode);
        Assert.Contains("used already", await alice.TextContentAsync("[role=alert]"), StringComparison.Ordinal);
        var code = Totp.Compute(secret, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30));
        await EnterAsync(alice, code);
        Assert.Equal(_site.Url + "/?from=here", alice.Url);
        Assert.Equal("alice", await alice.TextContentAsync("#user"));
        await alice.ReloadAsync();
        Assert.Equal("alice", await alice.TextContentAsync("#user"));

        // Whoever steals the session alone is asked, and the code that was just shown opens nothing.
        var thief = await StealSessionAsync(alice);
        await thief.GotoAsync(_site.Url);
        Assert.StartsWith(_site.Url + "/step-up", thief.Url, StringComparison.Ordinal);
        foreach (var spelling in new[] { code, $"0{code}", $"{code[..3]} {code[3..]}" })
        {
            await EnterAsync(thief, spelling);
            Assert.Contains("used already", await thief.TextContentAsync("[role=alert]"), StringComparison.Ordinal);
        }

        await EnterAsync(thief, recoveryCode);
        Assert.Equal(_site.Url + "/", thief.Url);
        var second = await StealSessionAsync(alice);
        await second.GotoAsync(_site.Url);
        await EnterAsync(second, recoveryCode);
        Assert.Contains("not right", await second.TextContentAsync("[role=alert]"), StringComparison.Ordinal);

        await crowdSec.DeleteDecisionsAsync("alice");
        await Eventually.TrueAsync(
            async () => (await second.GotoAsync(_site.Url))!.Url == _site.Url + "/", Polls.UntilFullList, "nothing is demanded any more");
        Assert.DoesNotContain("alice", _site.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C8_WrongCodes_AreLimitedAndOtherSitesAreNoPlaceToReturnTo()
    {
        _site = await IdentitySite.StartAsync();
        var page = await RegisterAsync("alice");
        var (secret, _, _) = await EnrolAsync(page);
        await page.ClickAsync(DoubtButton);
        await IsDemandedAsync(page, "/");

        for (var tries = 0; tries < 5; tries++)
        {
            await EnterAsync(page, "000000");
        }

        await EnterAsync(page, Totp.Compute(secret, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30)));
        Assert.Matches(TooMany(), await page.TextContentAsync("[role=alert]") ?? "");
        await SaveAsync(page, "mfa-limited");

        // The way out stays open, the enrolment does not.
        await page.GotoAsync(_site.Url + "/enrol");
        Assert.StartsWith(_site.Url + "/step-up?returnUrl=%2Fenrol", page.Url, StringComparison.Ordinal);
        Assert.Equal(200, (await page.GotoAsync(_site.Url + "/login"))!.Status);
        var api = await page.APIRequest.GetAsync(_site.Url + "/", new() { Headers = new Dictionary<string, string> { ["Accept"] = "application/json" } });
        Assert.Equal(401, api.Status);
        Assert.Contains("insufficient_user_authentication", api.Headers["www-authenticate"], StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\AToo many wrong codes\. Try again in \d+ seconds\.\z")]
    private static partial Regex TooMany();

    private static async Task EnterAsync(IPage page, string code)
    {
        await page.FillAsync("[name=code]", code);
        await page.SubmitAsync("main form button");
    }

    private static async Task SaveAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new() { Path = RepositoryRoot.Combine("artifacts", "screenshots", name + ".png") });

    private async Task IsDemandedAsync(IPage page, string path)
    {
        await Eventually.TrueAsync(
            async () => (await page.GotoAsync(_site!.Url + path))!.Url.StartsWith(_site.Url + "/step-up?returnUrl=", StringComparison.Ordinal),
            Polls.UntilFullList,
            "the second factor is demanded");
        Assert.Equal("One more step", await page.TextContentAsync("h1"));
    }

    private async Task<IPage> RegisterAsync(string name)
    {
        var page = await _visitors.NewPageAsync();
        var styled = page.WaitForResponseAsync(_site!.Url + "/app.css");
        await page.GotoAsync(_site.Url + "/register");
        Assert.Equal(200, (await styled).Status);
        await page.FillAsync("[name=name]", name);
        await page.FillAsync("[name=password]", Password);
        await page.ClickAsync("main form button");
        await page.Locator("#user").WaitForAsync();
        return page;
    }

    private static async Task<(byte[] Secret, string UsedCode, string RecoveryCode)> EnrolAsync(IPage page)
    {
        await page.ClickAsync("a:has-text('Enrol')");
        var secret = Totp.ReadSecret(await page.TextContentAsync("#key") ?? "");
        await SaveAsync(page, "mfa-enrolment");
        Assert.StartsWith("data:image/png;base64,", await page.GetAttributeAsync(".qr img", "src"), StringComparison.Ordinal);
        var code = Totp.Compute(secret, TimeProvider.System.GetUtcNow());
        await EnterAsync(page, code);
        var recoveryCodes = await page.Locator(".codes code").AllTextContentsAsync();
        Assert.Equal(8, recoveryCodes.Count);
        await page.ClickAsync("a");
        await page.Locator("#user").WaitForAsync();
        return (secret, code, recoveryCodes[0]);
    }

    private async Task<IPage> StealSessionAsync(IPage page)
    {
        var thief = await _visitors.NewContextAsync();
        await CopySessionAsync(page, thief);
        return await thief.NewPageAsync();
    }

    private async Task CopySessionAsync(IPage page, IBrowserContext thief)
    {
        var cookies = (await page.Context.CookiesAsync()).Where(cookie => cookie.Name == ".AspNetCore.Identity.Application");
        await thief.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = _site!.Url }));
    }
}
