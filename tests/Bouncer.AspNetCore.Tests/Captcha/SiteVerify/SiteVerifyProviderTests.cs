using System.Net;
using System.Text.Json.Nodes;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

public sealed class SiteVerifyProviderTests
{
    public static TheoryData<string> Names => [.. SiteVerifyServices.All.Select(service => service.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Verify_ATokenThatTheServiceConfirms_IsSolvedAsOfThen(string name)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(Service(name));
        fixture.Fake.Says(fixture.Yes());
        Assert.Equal(new CaptchaVerdict(IsSolved: true, fixture.Clock.GetUtcNow().AddSeconds(-30)), await fixture.VerifyAsync());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Verify_ATokenThatTheServiceRefuses_IsNotSolvedAndNoFault(string name)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(Service(name));
        fixture.Fake.Says("""{"success":false,"error-codes":["timeout-or-duplicate"]}""");
        Assert.Equal(default, await fixture.VerifyAsync());
        fixture.Fake.Says("""{"success":false,"error":{"error_code":"response_invalid","detail":"no"}}""", status: 400);
        Assert.Equal(default, await fixture.VerifyAsync());
    }

    [Theory]
    [InlineData("turnstile", "secret=the-secret&response=a-token")]
    [InlineData("recaptcha", "secret=the-secret&response=a-token")]
    [InlineData("recaptcha-v3", "secret=the-secret&response=a-token")]
    [InlineData("hcaptcha", "secret=the-secret&response=a-token&sitekey=the-site-key")]
    [InlineData("siteverify", "secret=the-secret&response=a-token")]
    public async Task Verify_OfAServiceThatTakesAForm_SendsNothingElse(string name, string body)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(Service(name));
        fixture.Fake.Says(fixture.Yes());
        await fixture.VerifyAsync();
        Assert.Equal(new FakeSiteVerify.Call("POST", "application/x-www-form-urlencoded", "", body), Assert.Single(fixture.Fake.Calls));
    }

    [Fact]
    public async Task Verify_OfFriendlyCaptcha_SendsTheKeyInAHeaderAndTheRestAsJson()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.FriendlyCaptcha);
        long? length = null;
        fixture.Fake.Answer = context =>
        {
            length = context.Request.ContentLength;
            return context.Response.WriteAsync(fixture.Yes());
        };
        await fixture.VerifyAsync("a\"b");
        var call = Assert.Single(fixture.Fake.Calls);
        Assert.Equal(call.Body.Length, length);
        Assert.Equal("the-secret", call.ApiKey);
        Assert.Equal("application/json; charset=utf-8", call.ContentType);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"response":"a\"b","sitekey":"the-site-key"}"""), JsonNode.Parse(call.Body)));
    }

    [Theory]
    [InlineData("site.example", true)]
    [InlineData("https://site.example", true)]
    [InlineData("https://other.example", false)]
    public async Task Verify_OfFriendlyCaptcha_ReadsItsOwnPlacesOfHostAndTime(string origin, bool isSolved)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.FriendlyCaptcha);
        fixture.Fake.Says($$"""{"success":true,"data":{"event_id":"ev","challenge":{"timestamp":"2026-03-01T11:59:00Z","origin":"{{origin}}"},"risk_intelligence":null} }""");
        var expected = isSolved ? new CaptchaVerdict(IsSolved: true, fixture.Clock.GetUtcNow().AddMinutes(-1)) : default;
        Assert.Equal(expected, await fixture.VerifyAsync());
    }

    [Fact]
    public async Task Verify_WithTheAddressAllowed_SendsTheOneThatWasChecked()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Use(fixture.Settings with { SendAddress = true });
        fixture.Fake.Says(fixture.Yes());
        await fixture.VerifyAsync(address: IPAddress.Parse("::ffff:192.0.2.7"));
        Assert.Equal("192.0.2.7", QueryHelpers.ParseQuery(Assert.Single(fixture.Fake.Calls).Body)["remoteip"].ToString());
    }

    [Theory]
    [InlineData("hostname", "\"other.example\"")]
    [InlineData("hostname", "\"site.example.evil.example\"")]
    [InlineData("hostname", "\"\"")]
    [InlineData("hostname", null)]
    [InlineData("action", "\"login\"")]
    [InlineData("action", "\"bouncer_Default\"")]
    [InlineData("action", "\"bouncer_other\"")]
    [InlineData("action", null)]
    [InlineData("success", "false")]
    [InlineData("challenge_ts", "\"2026-03-01T11:49:59Z\"")]
    [InlineData("challenge_ts", "\"2026-03-01T12:05:01Z\"")]
    [InlineData("challenge_ts", null)]
    public async Task C4_ATokenOfAnotherHostActionOrTime_IsRefused(string member, string? json)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(fixture.Yes((member, json)));
        Assert.Equal(default, await fixture.VerifyAsync());
        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("1", true)]
    [InlineData("0.49", false)]
    [InlineData("-1", false)]
    [InlineData(null, false)]
    public async Task Verify_OfReCaptchaV3_ComparesTheScore(string? score, bool isSolved)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.ReCaptchaV3);
        fixture.Fake.Says(fixture.Yes(("score", score)));
        Assert.Equal(isSolved, (await fixture.VerifyAsync()).IsSolved);
    }

    [Fact]
    public async Task C4_AHostnameOfTheSettings_TakesTheRequestsPlace()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Use(fixture.Settings with { Hostname = "www.example" });
        fixture.Fake.Says(fixture.Yes());
        Assert.Equal(default, await fixture.VerifyAsync());
        fixture.Fake.Says(fixture.Yes(("hostname", "\"WWW.example\"")));
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Fact]
    public async Task Verify_WhenTheServicesClockIsAhead_DoesNotCountFromTheFuture()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(fixture.Yes(("challenge_ts", "\"2026-03-01T12:01:00Z\"")));
        Assert.Equal(new CaptchaVerdict(IsSolved: true, fixture.Clock.GetUtcNow()), await fixture.VerifyAsync());
    }

    [Fact]
    public async Task Verify_OfAGenericServiceThatSaysNothingButYes_IsSolved()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.Generic);
        fixture.Fake.Says("""{"success":true}""");
        Assert.Equal(new CaptchaVerdict(IsSolved: true), await fixture.VerifyAsync());
        fixture.Fake.Says("""{"success":true,"hostname":"other.example"}""");
        Assert.Equal(default, await fixture.VerifyAsync());
    }

    [Fact]
    public async Task Widget_OfTurnstile_NamesSiteKeyAndOrigin()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var widget = fixture.Provider.Widget;
        Assert.Equal("cf-turnstile-response", widget.Field);
        Assert.Equal("cf-turnstile", widget.ElementClass);
        Assert.Equal("https://challenges.cloudflare.com/turnstile/v0/api.js", widget.Script?.AbsoluteUri);
        Assert.Equal(["https://challenges.cloudflare.com"], widget.Origins);
        Assert.Equal("the-site-key", widget.Attributes["data-sitekey"]);
        Assert.False(widget.IsInvisible || widget.IsModule);
    }

    [Fact]
    public async Task Widget_OfReCaptchaV3_IsInvisibleAndPassesItsSiteKeyToTheScript()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.ReCaptchaV3);
        fixture.Use(fixture.Settings with { SiteKey = "a&b", Script = new Uri("https://www.recaptcha.net/recaptcha/api.js?hl=sv") });
        var widget = fixture.Provider.Widget;
        Assert.True(widget.IsInvisible);
        Assert.Equal("https://www.recaptcha.net/recaptcha/api.js?hl=sv&render=a%26b", widget.Script?.AbsoluteUri);
        Assert.Equal("a&b", widget.Attributes["data-sitekey"]);
        Assert.Contains("https://www.recaptcha.net", widget.Origins);
    }

    [Theory]
    [InlineData(null, "https://cap.example/the-site-key/", "https://cap.example")]
    [InlineData("https://cap.public.example/key/", "https://cap.public.example/key/", "https://cap.public.example")]
    public async Task Widget_OfCap_IsItsElementAndFindsItsService(string? widgetEndpoint, string address, string origin)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.Generic);
        fixture.Use(fixture.Settings with
        {
            Endpoint = new Uri("https://cap.example/the-site-key/siteverify"),
            Script = new Uri("https://cdn.example/cap.js"),
            WidgetEndpoint = widgetEndpoint is null ? null : new Uri(widgetEndpoint),
        });
        var widget = fixture.Provider.Widget;
        Assert.Equal("cap-widget", widget.ElementName);
        Assert.True(widget.IsModule);
        Assert.Equal(address, widget.Attributes["data-cap-api-endpoint"]);
        Assert.Equal(["https://cdn.example", origin], widget.Origins);
    }

    [Fact]
    public async Task Widget_OfFriendlyCaptcha_IsAModuleThatStartsByItself()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(SiteVerifyServices.FriendlyCaptcha);
        fixture.Use(fixture.Settings with { Script = new Uri("https://cdn.example/site.min.js") });
        var widget = fixture.Provider.Widget;
        Assert.True(widget.IsModule);
        Assert.Equal("div", widget.ElementName);
        Assert.Equal("auto", widget.Attributes["data-start"]);
        Assert.DoesNotContain("data-api-endpoint", widget.Attributes.Keys);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Widget_OfEachService_AllowsTheOriginOfItsScriptAndShowsNoSecret(string name)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync(Service(name));
        fixture.Use(fixture.Settings with { Endpoint = null, Script = Service(name).Script is null ? new Uri("https://captcha.example:8443/widget.js?v=1") : null });
        var widget = fixture.Provider.Widget;
        Assert.Contains(widget.Origins, origin =>
            widget.Script!.AbsoluteUri.StartsWith(origin, StringComparison.Ordinal)
            || (origin.StartsWith("https://*.", StringComparison.Ordinal) && widget.Script.Host.EndsWith(origin["https://*".Length..], StringComparison.Ordinal)));
        Assert.DoesNotContain("the-secret", fixture.Settings.ToString() + widget + string.Join(' ', widget.Attributes), StringComparison.Ordinal);
        Assert.Null(await fixture.Provider.ChallengeAsync(default, TestContext.Current.CancellationToken));
    }

    private static SiteVerifyService Service(string name) => SiteVerifyServices.All.Single(service => service.Name == name);
}
