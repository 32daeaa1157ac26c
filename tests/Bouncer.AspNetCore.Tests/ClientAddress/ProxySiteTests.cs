using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>Which client is judged on a real server, in every way that the bouncer comes into a pipeline.</summary>
public sealed class ProxySiteTests
{
    /// <summary>What a banned client sends through a proxy that appends, or clean text to be framed with.</summary>
    private static readonly string[] Attacks =
    [
        "192.0.2.66", "::1%\", 192.0.2.66", "2001:db8::5%\", 192.0.2.66", "::ffff:203.0.113.5%\", 192.0.2.66", "\", 192.0.2.66", "unknown, 192.0.2.66",
    ];

    public static TheoryData<string, string> Ways
    {
        get
        {
            var ways = new TheoryData<string, string>();
            foreach (var way in new[] { "settings", "settings and UseForwardedHeaders", "registered", "registered, before", "everybody", "own options", "own options, everybody" })
            {
                foreach (var attack in Attacks)
                {
                    ways.Add(way, attack);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task F1_BannedClient_IsRefusedRegardlessOfItsHeaders(string way, string header)
    {
        await using var site = await StartAsync(way, state: EngineState.Live);
        foreach (var http in new[] { site.Http1, site.Http2 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", header);
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        Assert.All(site.Lapi.Asked, address => Assert.Equal("192.0.2.66", address.ToString()));
        Assert.Equal(0, site.Reached);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task F1_CleanClient_IsNotTakenForAnother(string way, string header)
    {
        await using var site = await StartAsync(way, state: EngineState.Live);
        using var answer = await site.GetAsync("/", header.Replace("192.0.2.66", "192.0.2.1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("192.0.2.1", Assert.Single(site.Lapi.Asked).ToString());
    }

    [Theory]
    [InlineData("settings")]
    [InlineData("registered")]
    [InlineData("own options")]
    public async Task F2_TrustedProxyWroteNoAddress_IsRefused(string way)
    {
        await using var site = await StartAsync(way);
        foreach (var entry in new[] { "\"", "unknown", "1", "192.0.2.1, \"" })
        {
            using var answer = await site.GetAsync("/", entry, "application/json");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        }

        Assert.Equal(0, site.Reached);
        Assert.Equal(1, site.Logs.Count(EventIds.ClientUnresolved));
    }

    [Theory]
    [InlineData("refuse", 400)]
    [InlineData("none", 200)]
    [InlineData("ban", 403)]
    public async Task WhenUnresolved_Set_DecidesForAllSuchRequests(string value, int status)
    {
        await using var site = await StartAsync("settings", b => b.ConfigureHttp(options => options.WhenUnresolved = value));
        using var answer = await site.GetAsync("/", "unknown");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task WhenUnresolved_OfAPolicy_WinsForItsEndpoints()
    {
        await using var site = await StartAsync("settings", b => b.AddPolicy("open", policy => policy.WhenUnresolved(Remediation.None)), app =>
            app.MapGet("/open", () => "open").RequireBouncer("open"));
        using var open = await site.GetAsync("/open", "unknown");
        using var closed = await site.GetAsync("/", "unknown");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (open.StatusCode, closed.StatusCode));
    }

    /// <summary>What a client writes may leave it without an address, and lifts no decision on the one at hand.</summary>
    [Theory]
    [InlineData("none", 403, 200)]
    [InlineData("throttle", 403, 200)]
    [InlineData("refuse", 400, 400)]
    public async Task F1_ClientMakesItselfUnresolved_IsStillBanned(string unresolved, int banned, int clean)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("10.0.0.1", TimeSpan.FromHours(1));
        foreach (var (address, status) in new[] { ("10.0.0.1", banned), ("10.0.0.2", clean) })
        {
            await using var site = await OneLineSite.StartAsync(
                lapi,
                builder =>
                {
                    builder.Services.AddSingleton<IStartupFilter>(new FromNeighbour(address));
                    builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
                },
                settings: ("Bouncer:Http:WhenUnresolved", unresolved));
            foreach (var header in new[] { "\"", "1.2.3.4%x" })
            {
                Assert.Equal(status, await site.RawStatusAsync(header));
            }
        }
    }

    /// <summary>What does not refuse falls through to the next weaker one, whether that is for the missing name or for the address at
    /// hand.</summary>
    [Theory]
    [InlineData("mfa", "captcha", "GET", "/open", 403)]
    [InlineData("captcha", "mfa", "GET", "/open", 403)]
    [InlineData("mfa", "throttle", "GET", "/open", 429)]
    [InlineData("throttle", "mfa", "GET", "/open", 429)]
    [InlineData("captcha", "throttle", "OPTIONS", "/", 429)]
    [InlineData("throttle", "captcha", "OPTIONS", "/", 429)]
    [InlineData("none", "ban", "GET", "/", 403)]
    [InlineData("refuse", "ban", "GET", "/", 400)]
    public async Task F3_UnresolvedClient_NothingWeakerIsLifted(string unresolved, string decided, string method, string path, int status)
    {
        await using var site = await TestSite.StartAsync(
            decisions: lapi => lapi.Decide("127.0.0.1", new Remediation(decided)),
            configure: builder =>
            {
                builder.Configuration.AddInMemoryCollection(
                [
                    new("Bouncer:Proxies:Networks", "loopback"),
                    new("Bouncer:Http:WhenUnresolved", unresolved),
                    new("Bouncer:Http:Mfa:StepUpPath", "/step-up"),
                    new("Bouncer:Http:Mfa:OpenPaths:0", "/open"),
                    new("Bouncer:Http:Throttle:PermitLimit", "1"),
                    new("Bouncer:Http:Throttle:Window", "01:00:00"),
                ]);
                builder.Services.BindBouncerHttp();
            },
            pipeline: app => app.UseBouncer());
        var last = 0;
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "unknown");
            request.Headers.Add("Origin", "https://shop.example");
            request.Headers.Add("Access-Control-Request-Method", "PUT");
            using var answer = await site.Http1.SendAsync(request);
            last = (int)answer.StatusCode;
        }

        Assert.Equal(status, last);
    }

    [Fact]
    public async Task U10_Reload_OfProxies_IsLoggedAndLookedAtAsAtTheStart()
    {
        await using var site = await StartAsync("settings");
        var status = site.App.Services.GetRequiredService<BouncerPipelineStatus>();

        ((IConfigurationRoot)site.App.Configuration).Reload();
        Assert.Equal(0, site.Logs.Count(EventIds.ProxiesReloaded));

        Set(site, "0.0.0.0/0,::/0");
        Assert.Equal((1, 1, true), (site.Logs.Count(EventIds.ProxiesReloaded), site.Logs.Count(EventIds.TrustsEveryProxy), status.TrustsEveryProxy));

        Set(site, "0.0.0.0/1,128.0.0.0/1");
        Assert.Equal((2, 2, true), (site.Logs.Count(EventIds.ProxiesReloaded), site.Logs.Count(EventIds.TrustsManyProxies), status.TrustsEveryProxy));

        Set(site, "::/0");
        Assert.Equal((3, 3, 1, true), (site.Logs.Count(EventIds.ProxiesReloaded), site.Logs.Count(EventIds.TrustsManyProxies), site.Logs.Count(EventIds.TrustsEveryProxy), status.TrustsEveryProxy));

        Set(site, "10.0.0.0/8");
        Assert.Equal((4, false), (site.Logs.Count(EventIds.ProxiesReloaded), status.TrustsEveryProxy));
    }

    [Fact]
    public async Task Settings_ChangedWhileRunning_TakeEffectAndBackAgain()
    {
        await using var site = await StartAsync("settings");
        using var believed = await site.GetAsync("/", "192.0.2.66");
        Assert.Equal(HttpStatusCode.Forbidden, believed.StatusCode);
        Set(site, "10.0.0.0/8");
        using var stranger = await site.GetAsync("/", "192.0.2.66");
        Assert.Equal(HttpStatusCode.OK, stranger.StatusCode);

        // The framework's own reader of the options throws to who reloads; ours keeps the last good ones.
        Assert.Throws<AggregateException>(() => Set(site, "10.0.0.0/33"));
        using var kept = await site.GetAsync("/", "192.0.2.66");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(1, site.Logs.Count(EventIds.ReloadRefused));
        Set(site, "loopback");
        using var again = await site.GetAsync("/", "192.0.2.66");
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
    }

    [Fact]
    public async Task R6_SettingsChanged_AreSpokenOfOnceMore()
    {
        await using var site = await StartAsync("settings");
        Set(site, "10.0.0.0/8");
        using var first = await site.GetAsync("/", "192.0.2.1");
        using var second = await site.GetAsync("/", "192.0.2.1");
        Assert.Equal(1, site.Logs.Count(EventIds.NeighbourIgnored));
        Set(site, "172.16.0.0/12");
        using var third = await site.GetAsync("/", "192.0.2.1");
        Assert.Equal(2, site.Logs.Count(EventIds.NeighbourIgnored));
    }

    [Fact]
    public async Task R6_SettingsInCode_ReadTheProxiesOfTheConfiguration()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
                builder.Services.AddBouncer(options =>
                {
                    options.Lapi.Url = lapi.Url;
                    options.Lapi.ApiKey = lapi.ApiKey;
                });
            },
            null,
            ("Bouncer:Proxies:Networks", "loopback"));
        Assert.Equal(403, await site.RawStatusAsync("192.0.2.66"));
    }

    [Fact]
    public async Task R3_TwoProxiesAndALimitOfOne_IsLoggedOnce()
    {
        await using var site = await StartAsync("registered");
        for (var i = 0; i < 2; i++)
        {
            using var answer = await site.GetAsync("/", "203.0.113.5, 127.0.0.1");
        }

        Assert.Equal(1, site.Logs.Count(EventIds.EntriesLeftOver));
        Assert.Equal(1, site.Logs.Count(EventIds.ForwardedLoopback));
    }

    [Fact]
    public async Task R6_PublicSenderThatIsNotNamed_IsLoggedOnce()
    {
        await using var behind = await TestSite.StartAsync(configure: Configure("none"), pipeline: app => app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
            return next(context);
        }).UseBouncer());
        for (var i = 0; i < 2; i++)
        {
            using var answer = await behind.GetAsync("/", "203.0.113.5");
        }

        Assert.Equal(1, behind.Logs.Count(EventIds.ForwardedByStranger));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("Bouncer:Proxies:Networks=loopback", 0)]
    [InlineData("ASPNETCORE_FORWARDEDHEADERS_ENABLED=true", 0)]
    [InlineData("", 1)]
    [InlineData("Bouncer:Proxies:Networks=loopback", 1)]
    [InlineData("ASPNETCORE_FORWARDEDHEADERS_ENABLED=true", 1)]
    public async Task F1_RealEngine_AloneAndWithAddBouncer_RefusesTheBannedClient(string setting, int added)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        (string, string)[] settings = setting.Split('=') is [var key, var value] ? [(key.Replace("ASPNETCORE_", "", StringComparison.Ordinal), value)] : [];
        await using var site = await OneLineSite.StartAsync(lapi, builder => Add(builder, added), null, settings);
        foreach (var header in Attacks)
        {
            Assert.Equal(403, await site.RawStatusAsync(header));
        }

        Assert.Equal(400, await site.RawStatusAsync("\""));
        Assert.Equal(200, await site.RawStatusAsync("192.0.2.66, 192.0.2.67"));
    }

    [Fact]
    public async Task UseBouncerAlone_OptionsOfTheirOwnCameBefore_IsLoggedOnce()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(lapi, builder => OwnForwarding.AddTo(builder, logs));
        Assert.Equal(200, await site.RawStatusAsync("192.0.2.1"));
        Assert.Equal(200, await site.RawStatusAsync("192.0.2.1"));
        Assert.Equal(1, logs.Count(EventIds.ForwardedByOthers));
    }

    [Fact]
    public async Task UseBouncerAlone_Twice_WalksOnce()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(lapi, builder => builder.Logging.AddCollector(logs), app => app.UseBouncer());
        Assert.Equal(200, await site.RawStatusAsync("192.0.2.66, 127.0.0.1"));
        Assert.Equal(403, await site.RawStatusAsync("192.0.2.66"));
        Assert.Equal(1, logs.Count(EventIds.ForwardedForTakenOver));
        Assert.Equal(0, logs.Count(EventIds.ForwardedByOthers));
    }

    /// <summary>Without AddBouncer nothing of the header is left to look at once the framework has applied it. Only an IPv6
    /// address can be a client's own choice.</summary>
    [Theory]
    [InlineData("192.0.2.1", 200)]
    [InlineData("192.0.2.66", 403)]
    [InlineData("::1%\", 192.0.2.66", 400)]
    [InlineData("::1%\", 192.0.2.1", 400)]
    [InlineData("2001:db8::5%\", 192.0.2.66", 400)]
    [InlineData("::ffff:203.0.113.5%\", 192.0.2.66", 400)]
    [InlineData("[::1%1]:80,\", 192.0.2.66", 400)]
    [InlineData("\"8.8.8.8, 192.0.2.66", 400)]
    [InlineData("\", 192.0.2.66", 400)]
    [InlineData("\"", 400)]
    [InlineData("2001:db8::5", 400)]
    public async Task F1_UseBouncerAloneAndOptionsOfTheirOwn_NoClientChoosesItsAddress(string header, int status)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(lapi, builder => OwnForwarding.AddTo(builder, logs), app => app.UseBouncer());
        Assert.Equal(status, await site.RawStatusAsync(header));
        Assert.Equal(status, await site.RawStatusAsync(header));
        var isChosen = header.Contains(':', StringComparison.Ordinal) && !header.Contains('[', StringComparison.Ordinal);
        Assert.Equal(isChosen ? 1 : 0, logs.Count(EventIds.AddressChosen));
    }

    /// <summary>F1: what the framework's middleware left of the header is what the client wrote.</summary>
    [Theory]
    [InlineData("8.8.8.8, 192.0.2.66", "loopback")]
    [InlineData("127.0.0.1, 192.0.2.66", "loopback")]
    [InlineData("8.8.8.8, 192.0.2.66", "0.0.0.0/0,::/0")]
    [InlineData("8.8.8.8, 192.0.2.66", "loopback,192.0.2.64/28")]
    [InlineData("127.0.0.1, 192.0.2.66", "0.0.0.0/0,::/0")]
    [InlineData("8.8.8.8, 192.0.2.66", null)]
    [InlineData("127.0.0.1, 192.0.2.66", null)]
    public async Task F1_UseBouncerAloneAndOptionsOfTheirOwn_DoesNotGoOnFromTheClient(string header, string? networks)
    {
        foreach (var (hasOwn, isAdded) in new[] { (true, false), (true, true), (false, false) })
        {
            await using var lapi = await LocalApiServer.StartAsync();
            lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
            (string, string)[] settings = networks is null
                ? [("ForwardedHeaders_Enabled", "true")]
                : [("Bouncer:Proxies:Networks", networks), ("Bouncer:Proxies:MaxHops", "1")];
            await using var site = await OneLineSite.StartAsync(
                lapi,
                builder =>
                {
                    if (hasOwn)
                    {
                        builder.Services.AddSingleton<IStartupFilter, OwnForwarding>();
                    }

                    Add(builder, isAdded ? 1 : 0);
                },
                null,
                settings);
            for (var time = 0; time < 2; time++)
            {
                Assert.Equal((hasOwn, isAdded, 403), (hasOwn, isAdded, await site.RawStatusAsync(header)));
            }
        }
    }

    /// <summary>F1: a client is not resolved by taking the header away.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task F1_HeaderRemovedOnTheWay_ClientStaysUnresolved(int added)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                Add(builder, added);
                builder.Services.AddSingleton<IStartupFilter, WithoutHeader>();
            },
            null,
            ("Bouncer:Proxies:Networks", "loopback"));
        Assert.Equal(added == 1 ? 400 : 200, await site.RawStatusAsync("garbage"));
    }

    [Fact]
    public async Task F1_UseBouncerAloneAndOptionsOfTheirOwn_QuoteOfANeighbourDoesNotHaveTheProxysTrust()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(lapi, builder =>
        {
            builder.Services.AddSingleton<IStartupFilter, FromNeighbour>();
            builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
        });
        Assert.Equal(400, await site.RawStatusAsync("\"8.8.8.8, 192.0.2.1"));
        Assert.Equal(200, await site.RawStatusAsync("unknown"));
        Assert.Equal(200, await site.RawStatusAsync("192.0.2.1"));
    }

    /// <summary>F1: the name of the header that notes the proxy is the options' own business. Middleware of the application's own
    /// leaves no such note, and is believed.</summary>
    [Theory]
    [InlineData("X-Was-For", "2001:db8::5%\", 192.0.2.66", 400)]
    [InlineData("X-Was-For", "2001:db8::5", 400)]
    [InlineData("X-Was-For", "192.0.2.1", 200)]
    [InlineData("X-Was-For", "8.8.8.8, 192.0.2.66", 403)]
    [InlineData(null, "unknown", 200)]
    public async Task F1_OptionsOfTheirOwnWithAnotherNote_NoClientChoosesItsAddress(string? original, string header, int status)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(logs);
                builder.Services.AddSingleton<IStartupFilter>(original is null
                    ? new FromNeighbour("2001:db8::7")
                    : new OwnForwarding(options => options.OriginalForHeaderName = original));
            },
            null,
            ("Bouncer:Proxies:Networks", "loopback,192.0.2.64/28"));
        Assert.Equal(status, await site.RawStatusAsync(header));
        Assert.Equal(status == 400 ? 1 : 0, logs.Count(EventIds.AddressChosen));
    }

    /// <summary>F1: options that cannot be seen may believe a proxy anywhere. A visitor's own proxy may send <c>unknown</c>, and nothing
    /// else that is no address.</summary>
    [Theory]
    [InlineData(false, "\", 192.0.2.66", 400)]
    [InlineData(false, "\"x, 192.0.2.66", 400)]
    [InlineData(false, "x\", 192.0.2.66", 400)]
    [InlineData(false, "8.8.8.8%\", 192.0.2.66", 400)]
    [InlineData(false, "2001:db8::5%\", 192.0.2.66", 400)]
    [InlineData(false, "192.0.2.66", 403)]
    [InlineData(false, "192.0.2.1", 200)]
    [InlineData(false, "unknown", 200)]
    [InlineData(true, "\", 192.0.2.66", 403)]
    [InlineData(true, "8.8.8.8%\", 192.0.2.66", 403)]
    public async Task F1_OptionsOfTheirOwnAndAProxyWithAPublicAddress_QuoteDoesNotHaveTheProxysTrust(bool isAdded, string header, int status)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await OneLineSite.StartAsync(lapi, builder =>
        {
            builder.Services.AddSingleton<IStartupFilter>(new FromNeighbour("203.0.113.9"));
            builder.Services.AddSingleton<IStartupFilter>(new OwnForwarding(options => options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse("203.0.113.0/24"))));
            builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
            Add(builder, isAdded ? 1 : 0);
        });
        Assert.Equal(status, await site.RawStatusAsync(header));
    }

    /// <summary>A client that sends the framework's own mark is not taken for one that the framework named.</summary>
    [Fact]
    public async Task F1_UseBouncerAlone_ClientFeignsTheFrameworksMark_IsCheckedAsBefore()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(lapi, builder =>
        {
            builder.Logging.AddCollector(logs);
            builder.WebHost.UseUrls("http://[::1]:0");
        });
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.Single()) };
        http.DefaultRequestHeaders.Add("X-Original-For", "[::1]:1");
        using var answer = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, logs.Count(EventIds.AddressChosen) + logs.Count(EventIds.ForwardedByOthers));
    }

    [Theory]
    [InlineData(1, "ftp, https", "https")]
    [InlineData(2, "ftp, https", "https")]
    [InlineData(3, "ftp, https", "https")]
    [InlineData(2, "https", "https")]
    public async Task F1_UseBouncerAloneWithALimit_TakesTheSchemeThatTrustedProxiesWrote(int limit, string proto, string scheme)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder => builder.Services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
                options.ForwardLimit = limit;
            }),
            app => app.MapGet("/scheme", (HttpContext context) => $"{context.Request.Scheme} {context.Request.Host}"));
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.Single()) };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.5");
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", proto);
        http.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example, shop.example");
        Assert.Equal($"{scheme} shop.example", await http.GetStringAsync("/scheme"));
    }

    [Fact]
    public async Task A7_UseBouncerAloneTwice_ClientStaysUnresolved()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            pipeline: app =>
            {
                app.UseBouncer();
                app.MapGet("/source", (HttpContext context) => context.GetBouncerVerdict().Source.ToString());
            },
            settings: [("Bouncer:Proxies:Networks", "loopback"), ("Bouncer:Proxies:Header", "X-Real-IP"), ("Bouncer:Http:WhenUnresolved", "none")]);
        foreach (var header in new[] { "X-Real-IP", "X-Forwarded-For" })
        {
            using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.Single()) };
            http.DefaultRequestHeaders.TryAddWithoutValidation(header, "unknown");
            Assert.Equal("Unresolved", await http.GetStringAsync("/source"));
        }
    }

    private sealed class FromNeighbour(string address = "10.0.0.1") : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(address);
                return following(context);
            });
            next(app);
        };
    }

    private sealed class WithoutHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.Request.Headers.Remove("X-Forwarded-For");
                return following(context);
            });
            next(app);
        };
    }

    private static void Add(WebApplicationBuilder builder, int added)
    {
        if (added > 0)
        {
            builder.Services.AddBouncer();
        }
    }

    private static void Set(TestSite site, string network)
    {
        site.App.Configuration["Bouncer:Proxies:Networks"] = network;
        ((IConfigurationRoot)site.App.Configuration).Reload();
    }

    private static Task<TestSite> StartAsync(
        string way, Action<IBouncerBuilder>? bouncer = null, Action<WebApplication>? more = null, EngineState state = EngineState.Synchronized) =>
        TestSite.StartAsync(bouncer, configure: Configure(way), state: state, pipeline: app =>
        {
            switch (way)
            {
                case "settings":
                    app.UseBouncer();
                    break;
                case "registered, before":
                    app.UseBouncer();
                    app.UseForwardedHeaders();
                    break;
                case "own options":
                    app.UseForwardedHeaders(OwnForwarding.Options);
                    app.UseBouncer();
                    break;
                case "own options, everybody":
                    app.UseForwardedHeaders(Everybody(OwnForwarding.Options));
                    app.UseBouncer();
                    break;
                default:
                    app.UseForwardedHeaders();
                    app.UseBouncer();
                    break;
            }

            more?.Invoke(app);
        });

    private static Action<WebApplicationBuilder> Configure(string way) => builder =>
    {
        builder.Configuration.AddInMemoryCollection();
        if (way.StartsWith("settings", StringComparison.Ordinal))
        {
            builder.Configuration["Bouncer:Proxies:Networks"] = "loopback";
            builder.Services.BindBouncerHttp();
        }

        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            if (way.StartsWith("own", StringComparison.Ordinal) || way == "none")
            {
                options.ForwardedHeaders = ForwardedHeaders.None;
            }

            if (way == "everybody")
            {
                Everybody(options);
            }
        });
    };

    private static ForwardedHeadersOptions Everybody(ForwardedHeadersOptions options)
    {
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        return options;
    }
}
