using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests;

/// <summary><c>UseBouncer</c> on an endpoint of Kestrel: which connections are closed before their first byte is read. The peers are
/// addresses of loopback, none of which is trusted here.</summary>
public sealed class BouncerConnectionTests
{
    private const string BannedPeer = "127.0.0.2";
    private const string CleanPeer = "127.0.0.3";
    private const string Proxy = "127.0.0.4";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Connection_OfABannedClient_IsClosedBeforeItSendsAnything()
    {
        await using var site = await StartAsync();
        using var dropped = site.App.Services.Collect("bouncer.dropped.connections");
        using var checks = site.App.Services.Collect("bouncer.processed.requests");
        await AssertClosedAsync(site, BannedPeer);
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(site, CleanPeer), StringComparison.Ordinal);
        Assert.Equal([("bouncer.source=store network.type=ipv4", 1)], checks.Counts);
        Assert.Equal([("bouncer.origin=cscli network.type=ipv4", 1)], dropped.Counts);
        Assert.Equal(1, site.Logs.Count(EventIds.ConnectionClosed));
    }

    [Theory]
    [InlineData("captcha")]
    [InlineData("throttle")]
    public async Task Connection_OfAClientThatIsNotBanned_IsLeftToItsRequests(string type)
    {
        await using var site = await StartAsync(decisions: lapi => lapi.Add(CleanPeer, type: type));
        Assert.StartsWith("HTTP/1.1", await GetAsync(site, CleanPeer), StringComparison.Ordinal);
        Assert.Equal(0, site.Logs.Count(EventIds.ConnectionClosed));
    }

    /// <summary>Which policy applies is only known with a request, so one that does not ban keeps all connections open.</summary>
    [Theory]
    [InlineData("strict", true)]
    [InlineData("soft", false)]
    [InlineData("capped", false)]
    [InlineData("dry", false)]
    [InlineData("undecided", false)]
    public async Task Connection_WithAnotherPolicy_IsClosedOnlyIfThatBansToo(string policy, bool isClosed)
    {
        await using var site = await StartAsync(b => b.AddPolicy(policy, one => _ = policy switch
        {
            "strict" => one.Map(Remediation.Captcha, Remediation.Ban),
            "soft" => one.Map(Remediation.Ban, Remediation.Captcha),
            "capped" => one.Maximum(Remediation.Throttle),
            "undecided" => one.Decisions(false),
            _ => one.DryRun(),
        }));
        if (isClosed)
        {
            await AssertClosedAsync(site, BannedPeer);
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 403", await GetAsync(site, BannedPeer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Connection_OfABelievedProxy_IsLeftToItsRequestsEvenIfTheProxyIsBanned()
    {
        await using var site = await StartAsync(decisions: lapi => lapi.Ban(Proxy));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(site, Proxy, "X-Forwarded-For: 192.0.2.1\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403", await GetAsync(site, Proxy, $"X-Forwarded-For: {TestSite.Banned}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_OfATrustedClient_IsLeftToItsRequests()
    {
        await using var site = await StartAsync(b => b.Services.Configure<BouncerOptions>(options => options.TrustLoopback = true));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(site, BannedPeer), StringComparison.Ordinal);
    }

    /// <summary>The client that the proxy names counts, and never the proxy; a header without a client says nothing.</summary>
    [Fact]
    public async Task Connection_WithTheProxyProtocol_IsClosedByTheClientThatTheHeaderNames()
    {
        await using var site = await StartAsync(decisions: lapi => lapi.Ban(Proxy));
        await AssertClosedAsync(site, Proxy, 1, ProxyProtocolSite.HeaderOf(TestSite.Banned));
        Assert.Equal(1, site.Logs.Count(EventIds.ConnectionClosed));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(site, Proxy, "", 1, ProxyProtocolSite.HeaderOf("192.0.2.1")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1", await GetAsync(site, Proxy, "", 1, ProxyHeaders.V1("PROXY UNKNOWN\r\n")), StringComparison.Ordinal);
        Assert.Equal(1, site.Logs.Count(EventIds.ConnectionClosed));
    }

    [Fact]
    public async Task Connection_ThatIsClosed_IsLoggedWithoutItsAddress()
    {
        await using var site = await StartAsync();
        await AssertClosedAsync(site, BannedPeer);
        var line = Assert.Single(site.Logs.GetSnapshot(), one => one.Id.Id == EventIds.ConnectionClosed);
        Assert.Contains("origin 'cscli'", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(BannedPeer, line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_InLiveMode_AsksLapi()
    {
        await using var site = await StartAsync(state: EngineState.Live);
        await AssertClosedAsync(site, BannedPeer);
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(site, CleanPeer), StringComparison.Ordinal);

        // The site keeps no answer, so the request asks again.
        Assert.Equal([IPAddress.Parse(BannedPeer), IPAddress.Parse(CleanPeer), IPAddress.Parse(CleanPeer)], site.Lapi.Asked);
    }

    [Fact]
    public async Task Connection_ThatEndsWhileLapiIsQueried_IsNoError()
    {
        await using var site = await StartAsync(b => b.Services.Configure<BouncerOptions>(options => options.Live.Timeout = TimeSpan.FromSeconds(30))
            .AddLogging(logging => logging.AddFilter<FakeLoggerProvider>("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Debug)), state: EngineState.Live);
        site.Lapi.Server.Faults.Add(new Fault { Delay = TimeSpan.FromMinutes(1) });
        using (var socket = await ConnectAsync(site, CleanPeer, 0))
        {
            await Eventually.TrueAsync(() => site.Lapi.Asked.Count > 0);
            socket.LingerState = new LingerOption(true, 0);
        }

        await Eventually.TrueAsync(() => site.Logs.GetSnapshot().Any(line => line.Id.Name == "ConnectionStop"));
        Assert.DoesNotContain(site.Logs.GetSnapshot(), line => line.Level >= LogLevel.Error);
    }

    /// <summary>Clients are blocked until then by a response that says so, and not for a decision.</summary>
    [Fact]
    public async Task Connection_BeforeTheFirstSynchronisation_IsLeftToItsRequests()
    {
        await using var site = await StartAsync(state: EngineState.NotReady);
        Assert.StartsWith("HTTP/1.1 503", await GetAsync(site, BannedPeer), StringComparison.Ordinal);
    }

    private static Task<TestSite> StartAsync(Action<IBouncerBuilder>? bouncer = null, Action<DecisionDatabase>? decisions = null, EngineState state = EngineState.Synchronized) =>
        TestSite.StartAsync(
            b =>
            {
                b.Services.Configure<BouncerOptions>(options => options.TrustLoopback = false);
                bouncer?.Invoke(b);
            },
            app => app.UseBouncer(),
            builder =>
            {
                builder.Configuration.AddInMemoryCollection([new("Bouncer:Proxies:Networks:0", Proxy)]);
                builder.Services.BindBouncerHttp();
                builder.WebHost.ConfigureKestrel(kestrel =>
                {
                    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseBouncer());
                    kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol().UseBouncer());
                });
            },
            lapi =>
            {
                lapi.Ban(BannedPeer);
                decisions?.Invoke(lapi);
            },
            state: state);

    /// <summary>Asserts that the server closes a connection on which nothing is sent but what a proxy writes at its beginning.</summary>
    private static async Task AssertClosedAsync(TestSite site, string peer, int endpoint = 0, byte[]? header = null)
    {
        try
        {
            using var socket = await ConnectAsync(site, peer, endpoint);
            await socket.SendAsync(header ?? []);
            using var patience = new CancellationTokenSource(Patience);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], patience.Token));
        }
        catch (SocketException error)
        {
            // The server may be faster than the end of ConnectAsync.
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    private static async Task<string> GetAsync(TestSite site, string peer, string headers = "", int endpoint = 0, byte[]? header = null)
    {
        using var socket = await ConnectAsync(site, peer, endpoint);
        await socket.SendAsync((byte[])[.. header ?? [], .. Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n")]);
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
        return await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    private static async Task<Socket> ConnectAsync(TestSite site, string peer, int endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(peer), 0));
            await socket.ConnectAsync(IPAddress.Loopback, new Uri(site.App.Urls.ElementAt(2 + endpoint)).Port);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }
}
