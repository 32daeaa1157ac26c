using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>Which address a request is judged by, behind the framework's own ForwardedHeaders and on a real server.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.66, 192.0.2.1", "192.0.2.1", 200)]
    [InlineData("192.0.2.1, 192.0.2.66", "192.0.2.66", 403)]
    public async Task A1_SpoofedEntryThroughProxy_RightmostUntrustedEntryCounts(string header, string judged, int status)
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        using var answer = await site.GetAsync("/", header);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(judged, Assert.Single(site.Lapi.Asked).ToString());
        Assert.Empty(issues.Tags);
    }

    [Theory]
    [InlineData("192.0.2.66")]
    [InlineData("unknown")]
    public async Task A2_HeaderFromUntrustedPeer_IsIgnoredAndCounted(string header)
    {
        await using var site = await TestSite.StartAsync(configure: TrustOnly("198.51.100.1"), state: EngineState.Live);
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        using var answer = await site.GetAsync("/", header);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(IPAddress.Loopback, Assert.Single(site.Lapi.Asked));
        Assert.Equal(["bouncer.issue=xff_untrusted"], issues.Tags);
        Assert.Equal(1, site.Logs.Count(EventIds.NeighbourIgnored));
    }

    [Fact]
    public async Task A2_RequestWithoutHeader_IsNotCounted()
    {
        await using var site = await TestSite.StartAsync(configure: TrustOnly("198.51.100.1"));
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        using var answer = await site.GetAsync("/", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(issues.Tags);
    }

    [Fact]
    public async Task A3_TwoHeaderLines_LastLineCounts()
    {
        await using var site = await TestSite.StartAsync();
        var answer = await site.SendRawAsync("GET / HTTP/1.1\nHost: a\nX-Forwarded-For: 192.0.2.1\nX-Forwarded-For: 192.0.2.66\nConnection: close\n\n");
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A3_ThousandEntries_LastOneCounts()
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        using var answer = await site.GetAsync("/", string.Concat(Enumerable.Repeat("192.0.2.1, ", 999)) + TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(TestSite.Banned, Assert.Single(site.Lapi.Asked).ToString());
    }

    [Fact]
    public async Task A3_HugeHeader_IsRefusedByTheServer()
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        using var answer = await site.GetAsync("/", new string('1', 64 * 1024));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        Assert.Empty(site.Lapi.Asked);
    }

    [Theory]
    [InlineData("192.0.2.66:4711", "192.0.2.66")]
    [InlineData("[2001:db8::1]:99", "2001:db8::1")]
    public async Task A4_EntryWithPort_AddressCountsWithoutIt(string entry, string judged)
    {
        await using var site = await TestSite.StartAsync(decisions: lapi => lapi.Ban("2001:db8::1"), state: EngineState.Live);
        using var answer = await site.GetAsync("/", entry);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(judged, Assert.Single(site.Lapi.Asked).ToString());
    }

    [Theory]
    [InlineData("::ffff:192.0.2.66")]
    [InlineData("[::ffff:192.0.2.66]:80")]
    public async Task A5_MappedClient_IsCheckedAsIPv4(string entry)
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", entry);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("fe80::1%5")]
    [InlineData("unknown")]
    [InlineData("_hidden")]
    [InlineData("\"unknown\"")]
    [InlineData("192.0.2.1, unknown")]
    [InlineData("1")]
    [InlineData("0.0.0.0")]
    public async Task A7_EntryThatIsNoAddress_IsUnresolvedAndDoesNotInheritTheProxysTrust(string entry)
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        using var checks = site.App.Services.Collect("bouncer.processed.requests");
        using var answer = await site.GetAsync("/", entry);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        // What is decided on the proxy counts beside; its trust does not.
        Assert.Equal([IPAddress.Loopback], site.Lapi.Asked);
        Assert.Equal(0, site.Reached);
        Assert.Equal(["bouncer.issue=xff_unparsable"], issues.Tags);
        Assert.Equal([("bouncer.source=unresolved network.type=ipv4", 1)], checks.Counts);
        using var again = await site.GetAsync("/", entry);
        Assert.Equal(1, site.Logs.Count(EventIds.ClientUnresolved));
    }

    /// <summary>What one machine's own link says of a neighbour has a zone.</summary>
    [Fact]
    public async Task A6_ConnectionWithZone_IsCheckedWithoutItAndCounted()
    {
        await using var site = await TestSite.StartAsync(
            decisions: lapi => lapi.Ban("fe80::1"),
            pipeline: app => app.Use((context, next) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse("fe80::1%5");
                return next(context);
            }).UseBouncer());
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        using var answer = await site.GetAsync("/", null);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(["bouncer.issue=zone"], issues.Tags);
    }

    [Fact]
    public async Task A8_UnixSocket_IsUnresolvedAndPasses()
    {
        var socket = NewSocketPath();
        await using var site = await TestSite.StartAsync(configure: builder => builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(socket)), state: EngineState.Live);
        using var checks = site.App.Services.Collect("bouncer.processed.requests");
        Assert.StartsWith("HTTP/1.1 200", await GetOverSocketAsync(socket, "/"), StringComparison.Ordinal);
        Assert.Equal([("bouncer.source=unresolved", 1)], checks.Counts);
        Assert.Empty(site.Lapi.Asked);
    }

    /// <summary>So do a test server's requests come.</summary>
    [Theory]
    [InlineData("/", "HTTP/1.1 400", 1)]
    [InlineData("/named", "HTTP/1.1 200", 0)]
    public async Task A8_NoAddressWhereProxiesAreNamed_IsRefusedWithAHintForTests(string path, string answer, int lines)
    {
        var socket = NewSocketPath();
        await using var site = await TestSite.StartAsync(
            configure: builder =>
            {
                builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(socket));
                builder.Services.Configure<ProxyOptions>(options => options.Networks = ["loopback"]);
            },
            pipeline: app => app.Use((context, next) =>
            {
                if (context.Request.Path == "/named")
                {
                    context.Connection.RemoteIpAddress = IPAddress.Loopback;
                }

                return next(context);
            }).UseBouncer());
        Assert.StartsWith(answer, await GetOverSocketAsync(socket, path), StringComparison.Ordinal);
        Assert.Equal(lines, site.Logs.Lines.Count(line =>
            line.Id == EventIds.ClientWithoutAddress && line.Text.Contains("in a test, set HttpContext.Connection.RemoteIpAddress", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A9_KnownProxiesCleared_IsWarnedAboutAndInTheStatus()
    {
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownIPNetworks.Clear();
            options.KnownProxies.Clear();
        }));
        Assert.Equal(1, site.Logs.Count(EventIds.TrustsEveryProxy));
        Assert.True(site.App.Services.GetRequiredService<BouncerPipelineStatus>().TrustsEveryProxy);
    }

    [Fact]
    public async Task U7_AGoodPartOfTheInternetKnown_IsWarnedAboutAndInTheStatus()
    {
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse("0.0.0.0/1"));
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse("128.0.0.0/1"));
        }));
        Assert.Equal((2, 0), (site.Logs.Count(EventIds.TrustsManyProxies), site.Logs.Count(EventIds.TrustsEveryProxy)));
        Assert.True(site.App.Services.GetRequiredService<BouncerPipelineStatus>().TrustsEveryProxy);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task RequireHeaderSymmetry_IsNotUsedAndSaidSo(bool isRequired, int lines)
    {
        await using var site = await TestSite.StartAsync(configure: builder =>
            builder.Services.Configure<ForwardedHeadersOptions>(options => options.RequireHeaderSymmetry = isRequired));
        Assert.Equal(lines, site.Logs.Count(EventIds.SymmetryNotUsed));
    }

    [Fact]
    public async Task A9_LoopbackKnown_IsNotWarnedAbout()
    {
        await using var site = await TestSite.StartAsync();
        Assert.Equal(0, site.Logs.Count(EventIds.TrustsEveryProxy));
        Assert.False(site.App.Services.GetRequiredService<BouncerPipelineStatus>().TrustsEveryProxy);
    }

    [Fact]
    public async Task A12_OtherForwardingHeaders_AreIgnored()
    {
        await using var site = await TestSite.StartAsync(state: EngineState.Live);
        var answer = await site.SendRawAsync(
            "GET / HTTP/1.1\nHost: a\nX-Forwarded-For: 192.0.2.1\nX-Real-IP: 192.0.2.66\nCF-Connecting-IP: 192.0.2.66\nTrue-Client-IP: 192.0.2.66\nForwarded: for=192.0.2.66\nConnection: close\n\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("192.0.2.1", Assert.Single(site.Lapi.Asked).ToString());
    }

    [Fact]
    public async Task A7_TrustedProxyNamesItsClientElsewhere_IsRefusedCountedAndLoggedOnce()
    {
        await using var site = await TestSite.StartAsync();
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        for (var i = 0; i < 2; i++)
        {
            var answer = await site.SendRawAsync("GET / HTTP/1.1\nHost: a\nX-Real-IP: 192.0.2.1\nConnection: close\n\n");
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        }

        Assert.Equal(["bouncer.issue=header_missing", "bouncer.issue=header_missing"], issues.Tags);
        Assert.Equal(1, site.Logs.Count(EventIds.HeaderMissing));
        Assert.Equal(0, site.Logs.Count(EventIds.RequestOfProxy));
    }

    [Fact]
    public async Task A7_HealthCheckOfAProxy_PassesAndIsLoggedOnce()
    {
        await using var site = await TestSite.StartAsync(configure: builder => builder.Services.Configure<ProxyOptions>(options =>
        {
            options.Networks = ["loopback"];
            options.Header = "CF-Connecting-IP";
        }));
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        for (var i = 0; i < 2; i++)
        {
            using var answer = await site.GetAsync("/", null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Empty(issues.Tags);
        Assert.Equal(1, site.Logs.Count(EventIds.RequestOfProxy));
    }

    [Theory]
    [InlineData("unknown", 400)]
    [InlineData("192.0.2.1", 200)]
    public async Task A7_OwnResolverFindsNoAddress_IsRefusedWhereAProxyShouldHaveNamedIt(string header, int status)
    {
        await using var site = await TestSite.StartAsync(b => b.SetClientAddressResolver<NoResolver>());
        using var answer = await site.GetAsync("/", header);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A15_BouncerBeforeForwardedHeaders_ChecksTheClientNevertheless()
    {
        await using var site = await TestSite.StartAsync(pipeline: app => app.UseBouncer().UseForwardedHeaders());
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, site.Logs.Count(EventIds.BeforeForwardedHeaders));
    }

    [Fact]
    public async Task A15_BouncerBeforeForwardedHeadersWithOptionsOfTheirOwn_IsWarnedAboutOnce()
    {
        await using var site = await TestSite.StartAsync(
            configure: builder => builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None),
            pipeline: app => app.UseBouncer().UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor }));
        using var first = await site.GetAsync("/", TestSite.Clean);
        using var second = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(1, site.Logs.Count(EventIds.BeforeForwardedHeaders));
        Assert.Equal(1, site.Logs.Count(EventIds.ForwardedByOthers));
        Assert.True(site.App.Services.GetRequiredService<BouncerPipelineStatus>().RunsBeforeForwardedHeaders);
    }

    [Fact]
    public async Task A15_BouncerAfterForwardedHeaders_IsNotWarnedAbout()
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(0, site.Logs.Count(EventIds.BeforeForwardedHeaders));
    }

    [Fact]
    public async Task SetClientAddressResolver_OwnResolver_IsCalledInstead()
    {
        await using var site = await TestSite.StartAsync(b => b.SetClientAddressResolver<FixedResolver>());
        using var answer = await site.GetAsync("/", null);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static Action<WebApplicationBuilder> TrustOnly(string proxy) => builder => builder.Services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        options.KnownProxies.Add(IPAddress.Parse(proxy));
    });

    private sealed class NoResolver : IClientAddressResolver
    {
        public IPAddress? GetClientAddress(HttpContext context) => null;
    }

    private sealed class FixedResolver : IClientAddressResolver
    {
        public IPAddress? GetClientAddress(HttpContext context) => IPAddress.Parse(TestSite.Banned);
    }

    private static string NewSocketPath() => Path.Combine(Path.GetTempPath(), $"bouncer-{Guid.NewGuid():N}.sock");

    private static async Task<string> GetOverSocketAsync(string path, string target)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
