using System.Net;
using System.Text.Json;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Bouncer.AspNetCore.Tests.Throttle.ThrottleSite;

namespace Bouncer.AspNetCore.Tests.Throttle;

public sealed class ThrottleTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public async Task Throttle_BelowTheRate_ReachesTheApplicationAndIsToldTheRate()
    {
        await using var site = await StartAsync();
        for (var left = 2; left >= 0; left--)
        {
            using var answer = await site.GetAsync("/", Throttled);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
            Assert.Equal("\"throttle\";q=3;w=60", Header(answer, "RateLimit-Policy"));
            Assert.Equal($"\"throttle\";r={left};t=20", Header(answer, "RateLimit"));
            Assert.Null(Header(answer, "Cache-Control"));
            Assert.Null(Header(answer, "Retry-After"));
        }

        Assert.Equal(3, site.Reached);
    }

    [Fact]
    public async Task Throttle_AboveTheRate_Gets429UntilTheTimeToldHasPassed()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        await ExhaustAsync(site);
        clock.Advance(TimeSpan.FromSeconds(7.5));
        using var answer = await site.GetAsync("/", Throttled);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("13", Header(answer, "Retry-After"));
        Assert.Equal("\"throttle\";r=0;t=13", Header(answer, "RateLimit"));
        Assert.Equal("\"throttle\";q=3;w=60", Header(answer, "RateLimit-Policy"));
        Assert.Equal(3, site.Reached);

        clock.Advance(TimeSpan.FromSeconds(12.4));
        Assert.Equal(429, await StatusAsync(site));
        clock.Advance(TimeSpan.FromSeconds(0.6));
        Assert.Equal(200, await StatusAsync(site));
        Assert.Equal(429, await StatusAsync(site));
    }

    [Fact]
    public async Task Throttle_Burst_MaySurpassTheLimitAndRefillsSteadily()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock, b => b.ConfigureHttp(http => http.Throttle.Burst = 5));
        await ExhaustAsync(site, permits: 5);
        Assert.Equal(429, await StatusAsync(site));
        clock.Advance(TimeSpan.FromSeconds(40.1));
        await ExhaustAsync(site, permits: 2);
        Assert.Equal(429, await StatusAsync(site));
    }

    [Fact]
    public async Task Throttle_WallClockStepped_LiftsNoLimit()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        await ExhaustAsync(site);
        clock.StepWallClock(TimeSpan.FromDays(1));
        Assert.Equal(429, await StatusAsync(site));
    }

    [Fact]
    public async Task Throttle_OthersAndNeighbours_HaveAccountsOfTheirOwn()
    {
        await using var site = await StartAsync(throttled: "192.0.2.31");
        await ExhaustAsync(site);
        Assert.Equal(429, await StatusAsync(site));
        Assert.Equal(200, await StatusAsync(site, client: "192.0.2.31"));
        using var clean = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.OK, clean.StatusCode);
        Assert.Null(Header(clean, "RateLimit"));
    }

    [Fact]
    public async Task A10_AddressesOfOne64_ShareOneAccount()
    {
        await using var site = await StartAsync(throttled: ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"]);
        await ExhaustAsync(site, client: "2001:db8:0:1::1");
        Assert.Equal(429, await StatusAsync(site, client: "2001:db8:0:1:ffff::2"));
        Assert.Equal(200, await StatusAsync(site, client: "2001:db8:0:2::1"));
    }

    [Fact]
    public async Task A8_ClientsWithoutAddress_ShareOneAccount()
    {
        await using var site = await StartAsync(bouncer: b => b.ConfigureHttp(http => http.WhenUnresolved = "throttle"));
        await ExhaustAsync(site, client: "unknown");
        Assert.Equal(429, await StatusAsync(site, client: "_hidden"));
    }

    [Fact]
    public async Task C11_ManyClientsMeanwhile_LimitedClientStaysLimited()
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        var table = site.App.Services.GetRequiredService<GcraRateLimiter>();
        var rate = new Rate(3, TimeSpan.FromMinutes(1), 3);
        Parallel.For(0, 500_000, client => table.TryTake((ulong)client * 0x9E37_79B9_7F4A_7C15, rate, out _));
        Assert.Equal(429, await StatusAsync(site));
        Assert.InRange(table.Bytes, 1, GcraRateLimiter.LargestBytes);
    }

    [Fact]
    public async Task Throttle_Program_GetsProblemOfAbnormalUsage()
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var answer = await site.GetAsync("/", Throttled);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        AssertProblem(await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Throttle_ApplicationHasProblemDetails_TheSameMembersArrive()
    {
        await using var site = await StartAsync(configure: builder => builder.Services.AddProblemDetails(
            options => options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["shop"] = "example"));
        await ExhaustAsync(site);
        using var answer = await site.GetAsync("/", Throttled, "application/json");
        var text = await answer.Content.ReadAsStringAsync();
        AssertProblem(text);
        Assert.Contains("\"shop\":\"example\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttle_Browser_GetsSelfContainedPage()
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var answer = await site.GetAsync("/", Throttled, Browser);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.InRange(page.Length, 500, 8 * 1024);
        Assert.Contains("<title>Too many requests</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>Too many requests</h1>", page, StringComparison.Ordinal);
        Assert.Matches("<code dir=\"ltr\">[2-9BCDFGHJKMNPQRSTVWXYZ]{8}</code>", page);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "Too many requests. Try again in 20 seconds.\n")]
    [InlineData("image/png", "")]
    public async Task Throttle_NeitherPageNorDocumentAccepted_GetsTextOrNothing(string accept, string body)
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var answer = await site.GetAsync("/", Throttled, accept);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    [InlineData("image/png")]
    public async Task C10_TooManyRequests_IsStoredByNoCache(string accept)
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var answer = await site.GetAsync("/", Throttled, accept);
        Assert.Equal("no-store, private", Header(answer, "Cache-Control"));
        Assert.Equal("no-store", Header(answer, "CDN-Cache-Control"));
        Assert.Equal("no-store", Header(answer, "Surrogate-Control"));
        Assert.Equal("Accept, Accept-Language", Header(answer, "Vary"));
    }

    [Theory]
    [InlineData("application/grpc+proto", "application/grpc")]
    [InlineData("application/grpc-web", "application/grpc-web")]
    public async Task C14_Grpc_GetsTrailersOnlyResourceExhausted(string type, string answered)
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Orders/Get")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "Content-Type", type } } },
        };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", Throttled);
        using var answer = await site.Http2.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("8", Header(answer, "grpc-status"));
        Assert.Equal(answered, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("\"throttle\";r=0;t=20", Header(answer, "RateLimit"));
        Assert.Null(Header(answer, "Retry-After"));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(3, site.Reached);
    }

    [Fact]
    public async Task C13_WebSocketHandshake_GetsBare429()
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        var answer = await site.SendRawAsync(
            "GET /chat HTTP/1.1\nHost: a\nX-Forwarded-For: 192.0.2.30\nConnection: Upgrade, close\nUpgrade: WebSocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nAccept: text/html\n\n");
        Assert.StartsWith("HTTP/1.1 429", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: 20", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    public async Task C15_Head_GetsTheHeadersOfGetAndNoBody(string accept)
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site);
        using var get = await site.GetAsync("/", Throttled, accept);
        using var head = await site.GetAsync("/", Throttled, accept, HttpMethod.Head);
        Assert.Equal(HttpStatusCode.TooManyRequests, head.StatusCode);
        Assert.Equal(Header(get, "Retry-After"), Header(head, "Retry-After"));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("BREW")]
    public async Task C15_AnyMethod_CountsAndIsRefused(string method)
    {
        await using var site = await StartAsync();
        await ExhaustAsync(site, permits: 2);
        using var passing = await site.GetAsync("/", Throttled, method: new HttpMethod(method));
        using var refused = await site.GetAsync("/", Throttled, method: new HttpMethod(method));
        Assert.Equal(HttpStatusCode.OK, passing.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    [Theory]
    [InlineData(10, "00:01:00", null, 10, 60)]
    [InlineData(10_000, "1.00:00:00", 1, 10_000, 86_400)]
    [InlineData(1, "00:00:01.5", null, 1, 2)]
    public async Task Throttle_Fields_AreStructuredAsInTheDraft(int limit, string window, int? burst, long quota, long seconds)
    {
        await using var site = await StartAsync(bouncer: b => b.ConfigureHttp(http =>
        {
            http.Throttle.PermitLimit = limit;
            http.Throttle.Window = TimeSpan.Parse(window, System.Globalization.CultureInfo.InvariantCulture);
            http.Throttle.Burst = burst;
        }));
        using var answer = await site.GetAsync("/", Throttled);
        var (policy, promised) = QuotaField.Parse(Header(answer, "RateLimit-Policy"));
        Assert.Equal("throttle", policy);
        Assert.Equal(new Dictionary<string, long> { ["q"] = quota, ["w"] = seconds }, promised);
        (policy, var left) = QuotaField.Parse(Header(answer, "RateLimit"));
        Assert.Equal("throttle", policy);
        Assert.Equal((burst ?? limit) - 1, left["r"]);
        Assert.InRange(left["t"], 1, seconds);
    }

    [Fact]
    public async Task Throttle_ManyAtOnce_NoMoreThanPermittedPass()
    {
        await using var site = await StartAsync(bouncer: b => b.ConfigureHttp(http => http.Throttle.PermitLimit = 20));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => StatusAsync(site)));
        Assert.Equal(20, statuses.Count(status => status == 200));
        Assert.Equal(80, statuses.Count(status => status == 429));
    }

    [Fact]
    public async Task Throttle_DryRun_TakesNoPermit()
    {
        await using var site = await StartAsync(bouncer: b => b.ConfigureHttp(http => http.DryRun = true));
        await ExhaustAsync(site, permits: 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Throttle_AsFallback_AppliesToRemediationsWithoutAHandler(bool isDefined)
    {
        var polka = new Remediation("polka");
        await using var site = await StartAsync(
            bouncer: b => _ = isDefined ? b.DefineRemediation(polka, 150) : b,
            configure: builder => builder.Services.Configure<BouncerOptions>(options => options.FallbackRemediation = "throttle"));
        await site.DecideAsync(Throttled, polka);
        await ExhaustAsync(site);
        Assert.Equal(429, await StatusAsync(site));
    }

    private static void AssertProblem(string text)
    {
        using var problem = JsonDocument.Parse(text);
        var root = problem.RootElement;
        Assert.Equal("https://iana.org/assignments/http-problem-types#abnormal-usage-detected", root.GetProperty("type").GetString());
        Assert.Equal(429, root.GetProperty("status").GetInt32());
        Assert.Equal(["throttle"], root.GetProperty("violated-policies").EnumerateArray().Select(name => name.GetString()));
        Assert.NotEmpty(root.GetProperty("reference").GetString()!);
        Assert.NotEmpty(root.GetProperty("title").GetString()!);
    }
}
