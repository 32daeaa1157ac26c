using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;

/// <summary>The PROXY protocol on a real server: which client is judged, and who is believed.</summary>
public sealed class ProxyProtocolTests
{
    private const string Loopbacks = "127.0.0.1/32";

    private static readonly byte[] s_local = ProxyHeaders.Block(0x20, 0, []);

    [Theory]
    [InlineData("http1", "HTTP/1.1 http")]
    [InlineData("http2", "HTTP/2 http")]
    [InlineData("tls1", "HTTP/1.1 https")]
    [InlineData("tls2", "HTTP/2 https")]
    public async Task Header_OfATrustedProxy_NamesTheClient(string kind, string protocol)
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        Assert.Equal($"200 192.0.2.1 56324 198.51.100.2 443 {protocol} True", await site.GetAsync(kind, ProxyProtocolSite.HeaderOf("192.0.2.1")));
        Assert.StartsWith("403", await site.GetAsync(kind, ProxyProtocolSite.HeaderOf(TestSite.Banned)), StringComparison.Ordinal);
        Assert.Equal([IPAddress.Parse("192.0.2.1"), IPAddress.Parse(TestSite.Banned)], site.Lapi.Asked);
    }

    [Fact]
    public async Task Header_OfAnUntrustedPeer_IsClosedAndLoggedOnce()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        Assert.Equal("", await site.SendAsync(ProxyProtocolSite.HeaderOf("192.0.2.1"), from: "127.0.0.2"));
        Assert.Equal("", await site.SendAsync([], from: "127.0.0.2"));
        Assert.Empty(site.Lapi.Asked);
        Assert.Equal(1, site.Logs.Count(EventIds.ProxyProtocolByStranger));
        Assert.Equal(["bouncer.issue=proxy_header_untrusted", "bouncer.issue=proxy_header_untrusted"], issues.Tags);
    }

    [Fact]
    public async Task Header_Missing_IsClosedAndLoggedOnce()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        using var issues = site.App.Services.Collect("bouncer.client_address.issues");
        Assert.Equal("", await site.SendAsync([]));
        Assert.Equal("", await site.SendAsync(ProxyHeaders.V1("PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n")));
        Assert.Empty(site.Lapi.Asked);
        Assert.Equal(1, site.Logs.Count(EventIds.ProxyProtocolUnreadable));
        Assert.Equal(2, issues.Tags.Count(tag => tag == "bouncer.issue=proxy_header_unreadable"));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Text.Contains("192.0.2.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Header_WithoutAClient_LeavesTheRealPeer()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        var answer = await site.SendAsync(s_local);
        Assert.Contains("\r\n127.0.0.1 ", answer, StringComparison.Ordinal);
        Assert.Contains(" HTTP/1.1 http True\r\n", answer, StringComparison.Ordinal);
        Assert.All(site.Lapi.Asked, address => Assert.Equal(IPAddress.Loopback, address));
    }

    /// <summary>It is a client that the proxy passes on, and has neither the proxy's trust nor a name, whatever it writes.</summary>
    [Theory]
    [InlineData("refuse", "HTTP/1.1 400")]
    [InlineData("none", "HTTP/1.1 200")]
    public async Task A7_HeaderOfAnUnknownClient_IsUnresolvedAndLoggedOnce(string unresolved, string status)
    {
        await using var site = await ProxyProtocolSite.StartAsync(builder => builder.Configuration["Bouncer:Http:WhenUnresolved"] = unresolved, [Loopbacks]);
        foreach (var header in new[] { ProxyHeaders.V1("PROXY UNKNOWN\r\n"), ProxyHeaders.Block(0x21, 0, []), ProxyHeaders.Block(0x21, 0x31, new byte[216]) })
        {
            Assert.StartsWith(status, await site.SendAsync(header), StringComparison.Ordinal);
            Assert.StartsWith(status, await site.SendAsync(header, headers: "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(IPAddress.Parse("192.0.2.1"), site.Lapi.Asked);
        Assert.Equal(1, site.Logs.Count(EventIds.ProxyProtocolUnnamed));
        Assert.Equal(0, site.Logs.Count(EventIds.NeighbourIgnored));
    }

    /// <summary>A health check over a Unix socket has no address, and names no client.</summary>
    [Fact]
    public async Task LocalHeader_OverAUnixSocket_IsTheProxysOwnRequest()
    {
        var path = Path.Combine(Path.GetTempPath(), $"bouncers-{Guid.NewGuid():N}.sock");
        await using var site = await ProxyProtocolSite.StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, listen => listen.UseProxyProtocol())), ["unix"]);
        Assert.StartsWith("HTTP/1.1 200", await SendAsync(s_local, ""), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await SendAsync(s_local, "X-Forwarded-For: unknown\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await SendAsync(ProxyHeaders.V1("PROXY UNKNOWN\r\n"), ""), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403", await SendAsync(ProxyProtocolSite.HeaderOf(TestSite.Banned), ""), StringComparison.Ordinal);

        async Task<string> SendAsync(byte[] header, string headers)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await socket.SendAsync((byte[])[.. header, .. Encoding.Latin1.GetBytes($"GET /who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")]);
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
            return await reader.ReadToEndAsync();
        }
    }

    /// <summary>One header is read, however often the endpoint was told to expect it.</summary>
    [Fact]
    public async Task UseProxyProtocol_Twice_ReadsOneHeader()
    {
        await using var site = await ProxyProtocolSite.StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol().UseProxyProtocol())), [Loopbacks]);
        var port = new Uri(site.App.Urls.Last()).Port;
        Assert.Equal("HTTP/1.1 200", await StatusLineAsync(port, ProxyProtocolSite.HeaderOf("192.0.2.1")));
        Assert.Equal("HTTP/1.1 403", await StatusLineAsync(port, ProxyProtocolSite.HeaderOf(TestSite.Banned)));
    }

    /// <summary>The framework's own mark, written by the client, does not make a walk of others of the named client.</summary>
    [Theory]
    [InlineData("none")]
    [InlineData("refuse")]
    public async Task F1_UseBouncerAlone_ClientWritesTheFrameworksMark_StaysWhomTheHeaderNames(string unresolved)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("2001:db8:bad::1", TimeSpan.FromHours(1));
        var port = FreePort.Take();
        await using var site = await StartByNameAsync(lapi, port, settings: ("Bouncer:Http:WhenUnresolved", unresolved));
        foreach (var (client, status) in new[] { ("2001:db8:bad::1", "HTTP/1.1 403"), ("2001:db8::1", "HTTP/1.1 200") })
        {
            foreach (var mark in new[] { "a", $"[{client}]:1", "[::1]:2", "127.0.0.1:1" })
            {
                Assert.Equal(status, await StatusLineAsync(port, ProxyHeaders.V1($"PROXY TCP6 {client} ::1 1 2\r\n"), $"X-Original-For: {mark}\r\n"));
            }
        }
    }

    /// <summary>The walk over forwarded headers begins at the client that the header names.</summary>
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.66", "192.0.2.1")]
    [InlineData("10.0.0.1", "192.0.2.66", "192.0.2.66")]
    [InlineData("10.0.0.1", "192.0.2.1, 10.0.0.2", "192.0.2.1")]
    [InlineData("127.0.0.1", "192.0.2.66", "192.0.2.66")]
    [InlineData("127.0.0.2", "192.0.2.66", "127.0.0.2")]
    public async Task Header_WithForwardedHeaders_TrustsTheNamedClientIfItIsAProxy(string named, string forwarded, string judged)
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks, "10.0.0.0/8");
        await site.SendAsync(ProxyProtocolSite.HeaderOf(named), headers: $"X-Forwarded-For: {forwarded}\r\n");
        Assert.Equal(judged, Assert.Single(site.Lapi.Asked).ToString());
    }

    [Fact]
    public async Task LocalHeader_WithForwardedHeaders_NamesTheClientByThem()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        await site.SendAsync(s_local, headers: "X-Forwarded-For: 192.0.2.1\r\n");
        Assert.Equal("192.0.2.1", site.Lapi.Asked.Last().ToString());
    }

    [Fact]
    public async Task Header_ThatNamesThisMachine_IsLoggedOnce()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("127.0.0.1 56324", await site.SendAsync(ProxyProtocolSite.HeaderOf("127.0.0.1")), StringComparison.Ordinal);
        }

        Assert.Equal(1, site.Logs.Count(EventIds.ForwardedLoopback));
    }

    [Theory]
    [InlineData("10.0.0.1", EventIds.NeighbourIgnored)]
    [InlineData("192.0.2.1", EventIds.ForwardedByStranger)]
    public async Task Header_ThatNamesASenderOfForwardedHeaders_IsSaidAsOfItsAddress(string named, int said)
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        await site.SendAsync(ProxyProtocolSite.HeaderOf(named), headers: "X-Forwarded-For: 192.0.2.66\r\n");
        Assert.Equal(1, site.Logs.Count(said));

        // It may be a visitor of the network, who must not be able to worsen the health.
        Assert.False(site.App.Services.GetRequiredService<AddressNotices>().IgnoresProxy);
    }

    [Fact]
    public async Task Networks_ChangedWhileRunning_DecideForTheNextConnection()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        foreach (var (networks, status) in new[] { (Loopbacks, "HTTP/1.1 200"), ("10.0.0.0/8", ""), ("127.0.0.0/8", "HTTP/1.1 200"), ("", "") })
        {
            site.App.Configuration["Bouncer:Proxies:Networks:0"] = networks;
            ((IConfigurationRoot)site.App.Configuration).Reload();
            Assert.StartsWith(status, await site.SendAsync(ProxyProtocolSite.HeaderOf("192.0.2.1")), StringComparison.Ordinal);
            Assert.Equal(status.Length == 0, (await site.SendAsync(ProxyProtocolSite.HeaderOf("192.0.2.1"))).Length == 0);
        }
    }

    [Fact]
    public async Task Networks_NameNoProxy_StopsTheStart()
    {
        var none = await Assert.ThrowsAsync<InvalidOperationException>(() => ProxyProtocolSite.StartAsync());
        Assert.Contains("Bouncer:Proxies:Networks", none.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Setting_NamesAnEndpoint_ItExpectsTheHeader(bool isAdded)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        var port = FreePort.Take();
        await using var site = await StartByNameAsync(lapi, port, isAdded);
        Assert.Equal(200, await site.StatusAsync(null));
        Assert.Equal("HTTP/1.1 403", await StatusLineAsync(port, ProxyProtocolSite.HeaderOf("192.0.2.66")));
        Assert.Equal("HTTP/1.1 200", await StatusLineAsync(port, ProxyProtocolSite.HeaderOf("192.0.2.67")));
        Assert.Equal("", await StatusLineAsync(port, []));
        Assert.False(site.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Single(lapi.Requests, request => request.PathAndQuery.Contains("startup=true", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Bouncer:Proxies:ProxyProtocol names 'Proxied', but there is no Kestrel:Endpoints:Proxied.", "Bouncer:Proxies:Networks=loopback")]
    [InlineData("Bouncer:Proxies:Networks names no proxy", "Kestrel:Endpoints:Proxied:Url=http://127.0.0.1:0")]
    public async Task Setting_ThatCannotBeHeld_StopsTheStart(string error, string setting)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var thrown = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => OneLineSite.StartAsync(
            lapi,
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(builder.Configuration.GetSection("Kestrel"))),
            null,
            ("Bouncer:Proxies:ProxyProtocol:0", "Proxied"),
            (setting.Split('=')[0], setting.Split('=')[1])));
        Assert.Contains(error, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_WasRead_CostsItsRequestsNothing()
    {
        await using var site = await ProxyProtocolSite.StartAsync(Loopbacks);
        var walk = site.App.Services.GetRequiredService<ForwardedWalk>();
        var request = ForwardedWalkTests.Request("192.0.2.1");
        request.Features.Set<ProxyProtocolFeature>(new ProxyProtocolFeature(null, default));
        walk.Run(request);
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                walk.Run(request);
            }
        }));
    }

    /// <summary>A site whose settings name the endpoint that expects the header.</summary>
    private static Task<OneLineSite> StartByNameAsync(LocalApiServer lapi, int port, bool isAdded = false, params (string Key, string Value)[] settings) => OneLineSite.StartAsync(
        lapi,
        builder =>
        {
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(builder.Configuration.GetSection("Kestrel")));
            if (isAdded)
            {
                builder.Services.AddBouncer();
            }
        },
        null,
        [
            ("Kestrel:Endpoints:Plain:Url", "http://127.0.0.1:0"),
            ("Kestrel:Endpoints:Proxied:Url", $"http://127.0.0.1:{port}"),
            ("Bouncer:Proxies:Networks", "loopback"),
            ("Bouncer:Proxies:ProxyProtocol:0", "Proxied"),
            .. settings,
        ]);

    private static async Task<string> StatusLineAsync(int port, byte[] header, string headers = "")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync((byte[])[.. header, .. Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n")]);
            using var reader = new StreamReader(stream);
            return (await reader.ReadLineAsync())?[.. "HTTP/1.1 200".Length] ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
