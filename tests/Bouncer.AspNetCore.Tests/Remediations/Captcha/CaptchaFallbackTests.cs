using System.Net;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Tests.Remediations.Captcha.SiteVerify;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Remediations.Captcha;

/// <summary>F4: no visitor decides which captcha the others get, nor keeps them from theirs.</summary>
public sealed class CaptchaFallbackTests
{
    private const string Widget = "https://cap.example/widget.js";

    [Theory]
    [InlineData(404, """{"error":"Token not found"}""")]
    [InlineData(403, """{"error":"Token expired"}""")]
    public async Task BadTokensOfOneClient_ChangeNothingForAnybody(int status, string body)
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        fake.Says(body, status);
        for (var round = 0; round < 12; round++)
        {
            var answer = await PostAsync(site, CaptchaSite.Suspect);
            Assert.Contains("Please try once more", answer.Body, StringComparison.Ordinal);
            Assert.Contains(Widget, answer.Body, StringComparison.Ordinal);
        }

        fake.Says("""{"success":true}""");
        Assert.NotNull((await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie);
    }

    /// <summary>The service answers everybody else, our own probe too: so it is this client.</summary>
    [Fact]
    public async Task FaultsThatOneClientCauses_ChangeNothingForOthers()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        fake.Answer = async context =>
        {
            var isTheirs = fake.Calls.Last().Body.Contains("response=a-token", StringComparison.Ordinal);
            context.Response.StatusCode = isTheirs ? 429 : 200;
            await context.Response.WriteAsync("""{"success":false}""");
        };
        for (var round = 0; round < 12; round++)
        {
            var answer = await PostAsync(site, CaptchaSite.Suspect);
            Assert.Contains("not available at the moment", answer.Body, StringComparison.Ordinal);
            Assert.Contains(Widget, answer.Body, StringComparison.Ordinal);
        }

        // One probe, whoever many faults there were: it may not be made again at once.
        Assert.Single(fake.Calls, call => call.Body.Contains("bouncer-probe", StringComparison.Ordinal));
        fake.Says("""{"success":true}""");
        Assert.NotNull((await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie);
    }

    /// <summary>On a quiet site there is one visitor, and our own probe finds that it is not to blame.</summary>
    [Theory]
    [InlineData(503)]
    [InlineData(401)]
    public async Task ServiceThatFailsOurProbeToo_LocalCaptchaStandsInAtOnce(int status)
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        fake.Says("", status);
        Assert.Contains("name=\"altcha\"", (await PostAsync(site, CaptchaSite.Suspect)).Body, StringComparison.Ordinal);
        Assert.Contains("name=\"altcha\"", (await site.GetAsync("/", ("X-Forwarded-For", CaptchaSite.OtherSuspect))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyChecksOfOneClientAtOnce_LeaveTheServiceToOthers()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, http => http.Captcha.Timeout = TimeSpan.FromSeconds(30));
        var release = new TaskCompletionSource();
        fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("""{"success":true}""");
        };
        var checks = Enumerable.Range(0, CaptchaLimiter.Checks).Select(_ => PostAsync(site, CaptchaSite.Suspect)).ToArray();
        await Eventually.TrueAsync(() => fake.Calls.Count == CaptchaLimiter.Checks);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(site, CaptchaSite.Suspect)).Status);
        var other = PostAsync(site, CaptchaSite.OtherSuspect);
        await Eventually.TrueAsync(() => fake.Calls.Count == CaptchaLimiter.Checks + 1);
        release.SetResult();
        Assert.All(await Task.WhenAll([.. checks, other]), answer => Assert.NotNull(answer.Cookie));
        Assert.NotNull((await PostAsync(site, CaptchaSite.Suspect)).Cookie);
    }

    private static Task<CaptchaSite> StartAsync(FakeSiteVerify fake, Action<BouncerHttpOptions>? options = null) => CaptchaSite.StartAsync(http =>
    {
        http.Captcha.Provider = "siteverify";
        http.Captcha.SiteVerify.SiteKey = "key";
        http.Captcha.SiteVerify.SecretKey = "secret";
        http.Captcha.SiteVerify.Endpoint = fake.Url;
        http.Captcha.SiteVerify.Script = new Uri(Widget);
        options?.Invoke(http);
    });

    private static Task<CaptchaSite.Answer> PostAsync(CaptchaSite site, string client) => site.SendAsync(
        HttpMethod.Post,
        "/.bouncer/captcha",
        new FormUrlEncodedContent(new Dictionary<string, string> { ["cap-token"] = "a-token" }),
        ("X-Forwarded-For", client),
        ("Sec-Fetch-Site", "same-origin"));
}
