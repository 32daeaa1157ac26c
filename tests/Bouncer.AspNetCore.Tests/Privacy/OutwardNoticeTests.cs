using Bouncer.Testing;

namespace Bouncer.AspNetCore.Tests.Privacy;

/// <summary>The log says what leaves the process, and to whom.</summary>
public sealed class OutwardNoticeTests
{
    private const string Turnstile = "Http:Captcha:Providers:turnstile";
    private const string Own = "Http:Captcha:Providers:own";
    private const string Unused = "Http:Captcha:Providers:hcaptcha";

    /// <summary>A LAPI that no test reaches: the proxy on the way there does not exist.</summary>
    private static readonly (string Key, string? Value)[] LiveWithoutMetrics =
    [
        ("Sync:Mode", "Live"),
        ("Lapi:Url", "http://lapi.example:8080/a-path/v1"),
        ("Lapi:ApiKey", "a-key"),
        ("Lapi:Proxy", "http://a-user:a-password@127.0.0.1:1/"),
        ("UsageMetrics:Interval", "00:00:00"),
    ];

    [Fact]
    public async Task P13_DefaultConfiguration_TellsOfUsageMetricsAlone()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await NoticeSite.StartAsync(("Lapi:Url", lapi.Url.AbsoluteUri), ("Lapi:ApiKey", lapi.ApiKey));

        Assert.Equal([Metrics(lapi.Url.AbsoluteUri, "00:15:00")], site.TakeNotices());
    }

    [Fact]
    public async Task P13_EachFlow_IsToldOnceWithoutSecrets()
    {
        await using var site = await NoticeSite.StartAsync(
        [
            .. LiveWithoutMetrics,
            ("UsageMetrics:Interval", "01:00:00"),
            ("Http:AppSec:Url", "http://127.0.0.1:7422/a-path"),
            ("Http:AppSec:ApiKey", "another-key"),
            ("Http:Captcha:Provider", "turnstile"),
            ($"{Turnstile}:SiteKey", "a-site-key"),
            ($"{Turnstile}:SecretKey", "a-secret"),
            ($"{Turnstile}:SendAddress", "true"),
            ("Http:Policies:sign-in:Captcha:Provider", "own"),
            ($"{Own}:Service", "siteverify"),
            ($"{Own}:SiteKey", "a-site-key"),
            ($"{Own}:SecretKey", "a-secret"),
            ($"{Own}:Endpoint", "https://cap.example:8443/a-site-key/siteverify?a=secret"),
            ($"{Own}:Script", "https://static.example/widget.js?a=secret"),
            ($"{Unused}:SiteKey", "a-site-key"),
            ($"{Unused}:SecretKey", "a-secret"),
        ]);

        Assert.Equal(
            [
                Live("http://lapi.example:8080/ through the proxy http://127.0.0.1:1/"),
                Metrics("http://lapi.example:8080/ through the proxy http://127.0.0.1:1/", "01:00:00"),
                Captcha("own", "static.example, cap.example", "https://cap.example:8443/", "without"),
                Captcha("turnstile", "challenges.cloudflare.com", "https://challenges.cloudflare.com/", "with"),
                AppSec("http://127.0.0.1:7422/", "URL, headers and body"),
            ],
            site.TakeNotices().Order(StringComparer.Ordinal));

        Assert.Empty(site.Change(("TrustedNetworks:0", "192.0.2.0/24"), ("Lapi:ApiKey", "a-new-key"), ("Http:LogRefusals", "true"), ($"{Turnstile}:SecretKey", "a-new-secret")));
    }

    [Fact]
    public async Task P13_ServiceThatTakesNoAddress_IsToldSo()
    {
        await using var site = await NoticeSite.StartAsync(
        [
            .. LiveWithoutMetrics,
            ("Http:Captcha:Provider", "friendlycaptcha"),
            ("Http:Captcha:Providers:friendlycaptcha:SiteKey", "a-site-key"),
            ("Http:Captcha:Providers:friendlycaptcha:SecretKey", "a-secret"),
            ("Http:Captcha:Providers:friendlycaptcha:Script", "https://static.example/widget.js"),
            ("Http:Captcha:Providers:friendlycaptcha:SendAddress", "true"),
        ]);

        Assert.Contains(Captcha("friendlycaptcha", "static.example, frcapi.com", "https://global.frcapi.com/", "without"), site.TakeNotices());
    }

    [Fact]
    public async Task P13_ReloadThatChangesAFlow_TellsItAgain()
    {
        await using var site = await NoticeSite.StartAsync(LiveWithoutMetrics);
        Assert.Equal([Live("http://lapi.example:8080/ through the proxy http://127.0.0.1:1/")], site.TakeNotices());

        Assert.Equal([Live("http://127.0.0.1:1/")], site.Change(("Lapi:Url", "http://127.0.0.1:1/"), ("Lapi:Proxy", "none")));
        Assert.Equal([Metrics("http://127.0.0.1:1/", "00:15:00")], site.Change(("UsageMetrics:Interval", null)));
        Assert.Equal([Metrics("http://127.0.0.1:1/", "01:00:00")], site.Change(("UsageMetrics:Interval", "01:00:00")));
        Assert.Empty(site.Change(("UsageMetrics:Interval", "00:00:00")));
        Assert.Equal([Metrics("http://127.0.0.1:1/", "01:00:00")], site.Change(("UsageMetrics:Interval", "01:00:00")));

        Assert.Equal([AppSec("http://127.0.0.1:1/", "URL, headers and body")], site.Change(("Http:AppSec:Url", "http://127.0.0.1:1/"), ("Http:AppSec:Enabled", "true")));
        Assert.Equal([AppSec("http://127.0.0.1:1/", "URL and headers")], site.Change(("Http:AppSec:MaxBodySize", "0")));
        Assert.Empty(site.Change(("Http:AppSec:Enabled", "false")));
        Assert.Equal([AppSec("http://127.0.0.1:1/", "URL and headers")], site.Change(("Http:Policies:shop:AppSec", "true")));

        Assert.Equal(
            [Captcha("turnstile", "challenges.cloudflare.com", "https://challenges.cloudflare.com/", "without")],
            site.Change(("Http:Captcha:Provider", "turnstile"), ($"{Turnstile}:SiteKey", "a-site-key"), ($"{Turnstile}:SecretKey", "a-secret")));
        Assert.Equal(
            [Captcha("turnstile", "challenges.cloudflare.com", "https://challenges.cloudflare.com/", "with")],
            site.Change(($"{Turnstile}:SendAddress", "true")));
        Assert.Equal(
            [Captcha("turnstile", "challenges.cloudflare.com", "https://captcha.example:8443/", "with")],
            site.Change(($"{Turnstile}:Endpoint", "https://captcha.example:8443/check")));
        Assert.Empty(site.Change(("Http:Captcha:Provider", "local")));
    }

    [Fact]
    public async Task P13_AnotherLapiInStreamMode_IsToldWithTheReload()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await NoticeSite.StartAsync(("Lapi:Url", lapi.Url.AbsoluteUri), ("Lapi:ApiKey", lapi.ApiKey));

        Assert.Equal([Metrics("http://127.0.0.1:1/", "00:15:00")], site.Change(("Lapi:Url", "http://127.0.0.1:1/")));
    }

    private static string Live(string lapi) =>
        $"1205 Live mode: LAPI at {lapi} receives the address of each visitor who is neither trusted nor in the cache. To send none, set Bouncer:Sync:Mode to Stream.";

    private static string Metrics(string lapi, string interval) =>
        $"1304 LAPI at {lapi} receives usage metrics every {interval}: counts of requests, packets and decisions, and versions, but no addresses. To send none, set Bouncer:UsageMetrics:Interval to 00:00:00.";

    private static string Captcha(string provider, string hosts, string service, string with) =>
        $"2053 Visitors who get the captcha of '{provider}' load it from {hosts}, and their solutions are sent to {service} {with} their addresses. To contact no service, set Provider in Bouncer:Http:Captcha, and in the policies that name one, to local.";

    private static string AppSec(string url, string parts) =>
        $"2067 AppSec at {url} receives the requests that it inspects: the visitor's address and the request's {parts}, including cookies and credentials. To send none, remove Bouncer:Http:AppSec:Url.";
}
