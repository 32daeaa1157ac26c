using System.Text.RegularExpressions;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Playwright;

namespace Bouncer.FunctionalTests;

/// <summary>Passkeys as the second factor, with Chromium's virtual authenticator.</summary>
public sealed partial class SecondFactorTests
{
    private const string DoubtButton = "button:has-text('Have CrowdSec doubt this account')";
    private const string PasskeyForm = "[data-passkey] form";

    [Fact]
    public async Task C8_UsernameDecision_IsMetByAPasskeyOfTheUser()
    {
        _site = await IdentitySite.StartAsync();
        var page = await RegisterAsync("alice");
        var blocked = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                blocked.Add(message.Text);
            }
        };
        var (secret, usedCode, _) = await EnrolAsync(page);
        await PlugInAuthenticatorAsync(page);
        await AskToAddPasskeyAsync(page, usedCode);
        await page.Locator("[role=alert]:has-text('used already')").WaitForAsync();
        await AskToAddPasskeyAsync(page, NextCode(secret));
        Assert.Equal("Passkeys: 1.", await page.TextContentAsync("#passkeys"));
        await SaveAsync(page, "mfa-passkey-added");

        await page.ClickAsync(DoubtButton);
        await IsDemandedAsync(page, "/?from=here");
        var adding = await page.APIRequest.PostAsync(_site.Url + "/passkeys/options");
        Assert.Equal(401, adding.Status);
        await page.Locator("button:has-text('Use a passkey')").WaitForAsync();
        await SaveAsync(page, "mfa-passkey-demanded");
        await page.ClickAsync("button:has-text('Use a passkey')");
        await Assertions.Expect(page).ToHaveURLAsync(_site.Url + "/?from=here");
        await page.ReloadAsync();
        Assert.Equal("alice", await page.TextContentAsync("#user"));
        Assert.Equal(_site.Url + "/?from=here", page.Url);

        // The ticket is this browser's: the session alone is still asked.
        var thief = await StealSessionAsync(page);
        await thief.GotoAsync(_site.Url);
        Assert.StartsWith(_site.Url + "/step-up", thief.Url, StringComparison.Ordinal);
        await PlugInAuthenticatorAsync(thief);
        await thief.ClickAsync("button:has-text('Use a passkey')");
        await thief.Locator("[role=alert]:has-text('No passkey was used.')").WaitForAsync();
        Assert.Empty(blocked);
    }

    [Fact]
    public async Task C8_PasskeyOfAnotherUserOrReplayedOrForged_DoesNotStepUp()
    {
        _site = await IdentitySite.StartAsync();
        var alice = await RegisterAsync("alice");
        await EnrolAsync(alice);
        await alice.ClickAsync(DoubtButton);
        await IsDemandedAsync(alice, "/");
        var mallory = await RegisterAsync("mallory");
        var (secret, _, _) = await EnrolAsync(mallory);
        await PlugInAuthenticatorAsync(mallory);
        await AskToAddPasskeyAsync(mallory, NextCode(secret));
        Assert.Equal("Passkeys: 1.", await mallory.TextContentAsync("#passkeys"));

        // For mallory it is good, once.
        var answer = await AnswerOfPasskeyAsync(mallory);
        var challenge = await mallory.Context.CookiesAsync();
        var accepted = await SendAsync(mallory, answer);
        Assert.Equal((200, _site.Url + "/"), (accepted.Status, accepted.Url));
        await mallory.Context.AddCookiesAsync(challenge.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Url = _site.Url }));
        await IsRefusedAsync(mallory, answer);

        // For alice's session, and with her antiforgery token, it is not.
        answer = await AnswerOfPasskeyAsync(mallory);
        await CopySessionAsync(alice, mallory.Context);
        await IsRefusedAsync(mallory, answer);
        await IsRefusedAsync(mallory, answer);
        await IsRefusedAsync(mallory, "{}");
        await mallory.GotoAsync(_site.Url);
        Assert.StartsWith(_site.Url + "/step-up", mallory.Url, StringComparison.Ordinal);
    }

    [GeneratedRegex("""name="__RequestVerificationToken" value="([^"]+)""")]
    private static partial Regex Token();

    private static string NextCode(byte[] secret) => Totp.Compute(secret, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(30));

    private static async Task PlugInAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private static async Task AskToAddPasskeyAsync(IPage page, string code)
    {
        await page.FillAsync("[name=code]", code);
        await page.ClickAsync("button:has-text('Add a passkey')");
    }

    /// <summary>What the script of the page would send, and the challenge's cookie in the browser.</summary>
    private async Task<string> AnswerOfPasskeyAsync(IPage page)
    {
        await page.GotoAsync(_site!.Url + "/step-up");
        return await page.Locator(PasskeyForm).EvaluateAsync<string>("""
            async form => {
                const answer = await fetch(form.action + "/options", { method: "POST", body: new FormData(form) });
                const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await answer.json());
                return JSON.stringify(await navigator.credentials.get({ publicKey }));
            }
            """);
    }

    private async Task<IAPIResponse> SendAsync(IPage page, string answer)
    {
        var form = await page.APIRequest.GetAsync(_site!.Url + "/step-up");
        var data = page.APIRequest.CreateFormData();
        data.Set("__RequestVerificationToken", Token().Match(await form.TextAsync()).Groups[1].Value);
        data.Set("credential", answer);

        // Identity compares it with what the passkey signed.
        var headers = new Dictionary<string, string> { ["Origin"] = _site.Url };
        return await page.APIRequest.PostAsync(_site.Url + "/step-up/passkey", new() { Form = data, Headers = headers });
    }

    private async Task IsRefusedAsync(IPage page, string answer)
    {
        var refused = await SendAsync(page, answer);
        Assert.Equal(400, refused.Status);
        Assert.Contains("That passkey was not accepted.", await refused.TextAsync(), StringComparison.Ordinal);
    }
}
