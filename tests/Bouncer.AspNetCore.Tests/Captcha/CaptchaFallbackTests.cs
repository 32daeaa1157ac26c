using System.Net;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Tests.Captcha.SiteVerify;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>F4: no visitor decides which captcha the others get, nor keeps them from theirs.</summary>
public sealed class CaptchaFallbackTests
{
    private const string Widget = "https://cap.example/widget.js";

    private readonly TestClock _clock = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData(404, """{"error":"Token not found"}""")]
    [InlineData(403, """{"error":"Token expired"}""")]
    public async Task BadTokensOfOneClient_AffectNoOtherClient(int status, string body)
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
            context.Response.StatusCode = IsProbe(FakeSiteVerify.CallOf(context)) ? 200 : 429;
            await context.Response.WriteAsync("""{"success":false}""");
        };
        for (var round = 0; round < 12; round++)
        {
            var answer = await PostAsync(site, CaptchaSite.Suspect);
            Assert.Contains("not available at the moment", answer.Body, StringComparison.Ordinal);
            Assert.Contains(Widget, answer.Body, StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => fake.Calls.Any(IsProbe));
        fake.Says("""{"success":true}""");
        Assert.NotNull((await PostAsync(site, CaptchaSite.OtherSuspect)).Cookie);
    }

    /// <summary>On a quiet site there is one visitor, and our own probes find that it is not to blame.</summary>
    [Theory]
    [InlineData(503)]
    [InlineData(401)]
    public async Task F4_ServiceThatFailsOurProbesToo_LocalCaptchaStandsIn_AndNoEmptyTokenEndsThat(int status)
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        fake.Says("", status);
        Assert.Contains(Widget, (await PostAsync(site, CaptchaSite.Suspect)).Body, StringComparison.Ordinal);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return IsLocalShownAsync(site);
        });
        Assert.InRange(fake.Calls.Count(IsProbe), 2, 3);
        foreach (var token in new[] { "", "\u00e9", new string('a', 4000) })
        {
            Assert.Contains("name=\"altcha\"", (await PostAsync(site, CaptchaSite.Suspect, token)).Body, StringComparison.Ordinal);
            Assert.True(await IsLocalShownAsync(site));
        }
    }

    /// <summary>The local captcha's task is in the page, and only so many are set for a client.</summary>
    [Fact]
    public async Task F7_PictureOfAForeignPage_UsesUpNoTaskOfTheStandIn()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        fake.Says("", 503);
        await PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return IsLocalShownAsync(site);
        });
        for (var i = 0; i < 100; i++)
        {
            var picture = await site.GetAsync("/.bouncer/captcha", [("X-Forwarded-For", CaptchaSite.Suspect), ("Sec-Fetch-Dest", "image"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Site", "cross-site")]);
            Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (picture.Status, picture.Type));
        }

        var page = await site.GetAsync("/.bouncer/captcha", [("X-Forwarded-For", CaptchaSite.Suspect)]);
        Assert.DoesNotContain("data-task=\"\"", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostThatHasNoUnicodeForm_GetsThePageAsAnyOther()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        var page = await site.GetAsync("/", [("X-Forwarded-For", CaptchaSite.Suspect), ("Host", "xn--0.test"), ("Accept", "text/html")]);
        Assert.Contains(Widget, page.Body, StringComparison.Ordinal);
    }

    /// <summary>A service may be slow because of what this client sends it.</summary>
    [Fact]
    public async Task F4_ClientThatMetAFault_HasOneCheckAtATimeForAWhile()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);

        // Our own probe finds the service well throughout.
        TaskCompletionSource? release = null;
        fake.Answer = async context =>
        {
            if (!IsProbe(FakeSiteVerify.CallOf(context)))
            {
                context.Response.StatusCode = release is null ? 429 : 200;
                await (release?.Task ?? Task.CompletedTask);
            }

            await context.Response.WriteAsync(IsProbe(FakeSiteVerify.CallOf(context)) ? """{"success":false}""" : """{"success":true}""");
        };
        await PostAsync(site, CaptchaSite.Suspect);
        release = new TaskCompletionSource();
        var one = PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => fake.Calls.Count(call => !IsProbe(call)) == 2);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(site, CaptchaSite.Suspect)).Status);
        Task<CaptchaSite.Answer>[] others = [PostAsync(site, CaptchaSite.OtherSuspect), PostAsync(site, CaptchaSite.OtherSuspect)];
        await Eventually.TrueAsync(() => fake.Calls.Count(call => !IsProbe(call)) == 4);
        release.SetResult();
        Assert.All(await Task.WhenAll([one, .. others]), answer => Assert.NotNull(answer.Cookie));

        _clock.Advance(TimeSpan.FromSeconds(30));
        release = new TaskCompletionSource();
        Task<CaptchaSite.Answer>[] again = [PostAsync(site, CaptchaSite.Suspect), PostAsync(site, CaptchaSite.Suspect)];
        await Eventually.TrueAsync(() => fake.Calls.Count(call => !IsProbe(call)) == 6);
        release.SetResult();
        Assert.All(await Task.WhenAll(again), answer => Assert.NotNull(answer.Cookie));
    }

    /// <summary>A client has as many clean addresses as it likes, and one referral.</summary>
    [Fact]
    public async Task F4_ChecksForOneReferral_CountForItsClient()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
        var page = (await site.GetAsync("/")).Body;
        var referral = page.Split("name=\"for\" value=\"")[1].Split('"')[0];
        var release = new TaskCompletionSource();
        fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("""{"success":true}""");
        };
        var checks = Enumerable.Range(1, CaptchaLimiter.Checks).Select(at => PostAsync(site, $"2001:db8:{at}::1", referral: referral)).ToArray();
        await Eventually.TrueAsync(() => fake.Calls.Count == CaptchaLimiter.Checks);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(site, "2001:db8:9::1", referral: referral)).Status);
        release.SetResult();
        Assert.All(await Task.WhenAll(checks), answer => Assert.NotNull(answer.Cookie));
    }

    /// <summary>The setting is what a service has, also where that is longer than the default.</summary>
    [Fact]
    public async Task Timeout_OfTheSettings_IsWhatAServiceHas()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, http => http.Captcha.Timeout = TimeSpan.FromSeconds(30));
        var release = new TaskCompletionSource();
        fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync("""{"success":true}""");
        };
        var slow = PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => fake.Calls.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(29));
        release.SetResult();
        Assert.NotNull((await slow).Cookie);

        fake.Answer = FakeSiteVerify.HangAsync;
        var silent = PostAsync(site, CaptchaSite.OtherSuspect);
        await Eventually.TrueAsync(() => fake.Calls.Count == 2);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("not available at the moment", (await silent).Body, StringComparison.Ordinal);
    }

    /// <summary>However long a check takes, what a client's own checks keep busy is over when the second probe comes.</summary>
    [Fact]
    public async Task F4_LongTimeout_ClientThatMetAFaultHasOneCheckForAsLongAsProbesTake()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, http => http.Captcha.Timeout = TimeSpan.FromSeconds(30));
        TaskCompletionSource? release = null;
        fake.Answer = async context =>
        {
            if (!IsProbe(FakeSiteVerify.CallOf(context)))
            {
                context.Response.StatusCode = release is null ? 429 : 200;
                await (release?.Task ?? Task.CompletedTask);
            }

            await context.Response.WriteAsync(IsProbe(FakeSiteVerify.CallOf(context)) ? """{"success":false}""" : """{"success":true}""");
        };
        await PostAsync(site, CaptchaSite.Suspect);
        _clock.Advance(TimeSpan.FromSeconds(91));
        release = new TaskCompletionSource();
        var one = PostAsync(site, CaptchaSite.Suspect);
        await Eventually.TrueAsync(() => fake.Calls.Count(call => !IsProbe(call)) == 2);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(site, CaptchaSite.Suspect)).Status);
        release.SetResult();
        Assert.NotNull((await one).Cookie);
    }

    [Fact]
    public async Task ManyChecksOfOneClientAtOnce_LeaveTheServiceToOthers()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake);
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

    /// <summary>The clock stands still: no check takes too long.</summary>
    private Task<CaptchaSite> StartAsync(FakeSiteVerify fake, Action<BouncerHttpOptions>? options = null) => CaptchaSite.StartAsync(
        http =>
        {
            http.Captcha.Provider = "siteverify";
            http.Captcha.Providers["siteverify"] = new() { SiteKey = "key", SecretKey = "secret", Endpoint = fake.Url, Script = new Uri(Widget) };
            options?.Invoke(http);
        },
        configure: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    private static bool IsProbe(FakeSiteVerify.Call call) => call.Body.Contains("bouncer-probe", StringComparison.Ordinal);

    private static async Task<bool> IsLocalShownAsync(CaptchaSite site) =>
        (await site.GetAsync("/", ("X-Forwarded-For", CaptchaSite.OtherSuspect))).Body.Contains("name=\"altcha\"", StringComparison.Ordinal);

    private static Task<CaptchaSite.Answer> PostAsync(CaptchaSite site, string client, string token = "a-token", string referral = "") => site.SendAsync(
        HttpMethod.Post,
        "/.bouncer/captcha",
        new FormUrlEncodedContent(new Dictionary<string, string> { ["cap-token"] = token, ["for"] = referral }),
        ("X-Forwarded-For", client),
        ("Sec-Fetch-Site", "same-origin"));
}
