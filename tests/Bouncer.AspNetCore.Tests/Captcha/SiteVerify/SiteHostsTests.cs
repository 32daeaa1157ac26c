using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

/// <summary>A client chooses the host it names, and the page on which it has a token solved.</summary>
public sealed class SiteHostsTests
{
    private const string Named = "X-Named-Host";

    [Theory]
    [InlineData("site.example", "site.example", true)]
    [InlineData("*.example", "www.example", true)]
    [InlineData("bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("site.example", "evil.example", false)]
    [InlineData("*.site.example", "evil.example", false)]
    public async Task F15_TokenOfAHost_CountsWhereThatIsAllowed(string allowed, string named, bool isSolved)
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, allowed: ["127.0.0.1", allowed]);
        Assert.Equal(isSolved, await IsSolvedAsync(site, fake, named));
        Assert.Equal(isSolved ? 1 : 0, fake.Calls.Count);
        Assert.Equal(0, site.Site.Logs.Count(EventIds.CaptchaHostsUnnamed));
    }

    [Theory]
    [InlineData]
    [InlineData("*")]
    [InlineData("site.example", "*")]
    public async Task NothingNamesTheHosts_CountsForAnyAndIsLoggedOnce(params string[] allowed)
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, allowed);
        Assert.True(await IsSolvedAsync(site, fake, "site.example"));
        Assert.True(await IsSolvedAsync(site, fake, "other.example"));
        Assert.Equal(1, site.Site.Logs.Count(EventIds.CaptchaHostsUnnamed));
    }

    [Fact]
    public async Task F15_HostnameIsSet_NoOtherCounts()
    {
        await using var fake = await FakeSiteVerify.StartAsync();
        await using var site = await StartAsync(fake, allowed: [], hostname: "site.example");
        Assert.True(await IsSolvedAsync(site, fake, "site.example"));
        Assert.False(await IsSolvedAsync(site, fake, "evil.example"));
        Assert.Equal(0, site.Site.Logs.Count(EventIds.CaptchaHostsUnnamed));
    }

    private static Task<CaptchaSite> StartAsync(FakeSiteVerify fake, string[] allowed, string? hostname = null) => CaptchaSite.StartAsync(
        http =>
        {
            http.Captcha.Provider = "hcaptcha";
            http.Captcha.Providers["hcaptcha"] = new() { SiteKey = "key", SecretKey = "secret", Endpoint = fake.Url, Hostname = hostname };
        },
        app =>
        {
            // As a proxy's forwarded header does, after the host was looked at.
            app.Use((context, next) =>
            {
                context.Request.Host = new HostString(context.Request.Headers[Named].ToString());
                return next(context);
            });
            TestSite.DefaultPipeline(app);
        },
        builder => builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = allowed));

    /// <summary>Sends a token that was solved on the host that the request names.</summary>
    private static async Task<bool> IsSolvedAsync(CaptchaSite site, FakeSiteVerify fake, string host)
    {
        fake.Says($$"""{"success":true,"hostname":"{{host}}","challenge_ts":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}"}""");
        var answer = await site.SendAsync(
            HttpMethod.Post,
            "/.bouncer/captcha",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["h-captcha-response"] = "a-token" }),
            (Named, host),
            ("Sec-Fetch-Site", "same-origin"));
        return answer.Cookie is not null;
    }
}
