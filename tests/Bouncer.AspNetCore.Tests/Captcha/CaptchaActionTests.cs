using Bouncer.AspNetCore.Captcha;


namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>C4: what a token is for.</summary>
public sealed class CaptchaActionTests
{
    [Theory]
    [InlineData(null, "bouncer_default")]
    [InlineData("default", "bouncer_default")]
    [InlineData("Api_2", "bouncer_Api_2")]
    [InlineData("abcdefghijklmnopqrstuvwx", "bouncer_abcdefghijklmnopqrstuvwx")]
    public void Of_APlainName_ShowsIt(string? policy, string action) => Assert.Equal(action, CaptchaAction.Of(policy));

    [Theory]
    [InlineData("log-in")]
    [InlineData("log in")]
    [InlineData("f\u00f6rs\u00f6k")]
    [InlineData("abcdefghijklmnopqrstuvwxy")]
    public void Of_AnyOtherName_IsADigestThatServicesTake(string policy)
    {
        Assert.Matches("^bouncer_[0-9a-f]{24}$", CaptchaAction.Of(policy));
        Assert.NotEqual(CaptchaAction.Of(policy), CaptchaAction.Of(policy + "x"));
    }

    [Fact]
    public async Task Page_AndProvider_AreToldTheSame()
    {
        var provider = new TrivialProvider { Widget = new() { Field = "answer", Script = new Uri("https://captcha.example/api.js") } };
        await using var site = await CaptchaSite.StartAsync(http => http.Policy("log-in"), provider: provider);
        var page = await site.GetAsync("/.bouncer/captcha?p=log-in");
        await site.ClearAsync(path: "/.bouncer/captcha?p=log-in");
        var asked = Assert.Single(provider.Asked);
        Assert.Equal(CaptchaAction.Of("log-in"), asked.Action);
        Assert.Contains($"data-action=\"{asked.Action}\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(CaptchaSite.Suspect, asked.ClientAddress?.ToString());
    }
}
