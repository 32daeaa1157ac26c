using System.Net;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>A proxy whose connection has no IP address, such as nginx on a Unix socket. The framework's middleware believes it and notes
/// nothing of what it replaced.</summary>
public sealed class UnnamedPeerTests
{
    /// <summary>Each text as it arrives behind a proxy that appends, and the answer where the peer is not named, where it is, and
    /// where the walk comes first. What the framework's middleware stopped at is left to the walk.</summary>
    private static readonly (string Header, int Alone, int Named, int Added)[] Texts =
    [
        ("192.0.2.66", 403, 403, 403),
        ("192.0.2.1", 200, 200, 200),
        ("8.8.8.8, 192.0.2.66", 403, 403, 403),
        ("2001:db8::5%\", 192.0.2.66", 400, 400, 403),
        ("::1%\", 192.0.2.66", 400, 400, 403),
        ("::ffff:203.0.113.5%\", 192.0.2.66", 400, 400, 403),
        ("[2001:db8::5%1]:80,\", 192.0.2.66", 400, 403, 403),
        ("\", 192.0.2.66", 400, 403, 403),
        ("\"8.8.8.8, 192.0.2.66", 400, 403, 403),
        ("8.8.8.8%\", 192.0.2.66", 400, 403, 403),
        ("\"", 400, 400, 400),
        ("unknown", 400, 400, 400),
        ("8.8.8.8, unknown", 400, 400, 400),
    ];

    public static TheoryData<string, string?, bool> Ways
    {
        get
        {
            var ways = new TheoryData<string, string?, bool>();
            foreach (var transport in new[] { "unix", "pipe" })
            {
                foreach (var networks in new[] { null, "unix", "loopback" })
                {
                    ways.Add(transport, networks, false);
                }

                ways.Add(transport, null, true);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task F1_OptionsOfTheirOwn_NoClientChoosesItsAddress(string transport, string? networks, bool isAdded)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, logs, transport, isAdded, hasOwn: true, networks);
        using var http = Connect(site, transport);
        foreach (var (header, alone, named, added) in Texts)
        {
            Assert.Equal((header, isAdded ? added : networks == "unix" ? named : alone), (header, await StatusAsync(http, ("X-Forwarded-For", header))));
        }

        Assert.Equal(isAdded ? 0 : 1, logs.Count(EventIds.AddressChosen));
    }

    /// <summary>F1: what the framework's middleware left of the header is what the client wrote.</summary>
    [Theory]
    [InlineData("unix")]
    [InlineData("pipe")]
    public async Task F1_ClientItselfIsInANamedNetwork_DoesNotGoOnFromIt(string transport)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        await using var site = await StartAsync(lapi, new FakeLogCollector(), transport, isAdded: false, hasOwn: true, "unix,192.0.2.64/28");
        using var http = Connect(site, transport);
        Assert.Equal(403, await StatusAsync(http, ("X-Forwarded-For", "8.8.8.8, 192.0.2.66")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A8_LocalProgramWithoutAHeader_Passes(bool isAdded, bool hasOwn)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, logs, "unix", isAdded, hasOwn, null);
        using var http = Connect(site, "unix");
        Assert.Equal(200, await StatusAsync(http));
        Assert.Equal(0, logs.Count(EventIds.ClientUnresolved) + logs.Count(EventIds.AddressChosen));
    }

    /// <summary>U15: a proxy that is not named is noticed on a socket, too; a client's garbage where options of their own find clients
    /// is no such proxy.</summary>
    [Theory]
    [InlineData(false, "X-Forwarded-For", "192.0.2.66", 200, HealthStatus.Degraded)]
    [InlineData(false, "X-Real-IP", "192.0.2.66", 200, HealthStatus.Degraded)]
    [InlineData(false, "Forwarded", "for=192.0.2.66", 200, HealthStatus.Degraded)]
    [InlineData(true, "X-Forwarded-For", "192.0.2.1", 200, HealthStatus.Healthy)]
    [InlineData(true, "X-Forwarded-For", "\"", 400, HealthStatus.Healthy)]
    [InlineData(false, "X-Requested-With", "fetch", 200, HealthStatus.Healthy)]
    public async Task U15_ProxyOnASocketThatIsNotNamed_DegradesThePipeline(bool hasOwn, string header, string value, int status, HealthStatus health)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, logs, "unix", isAdded: true, hasOwn, null);
        using var http = Connect(site, "unix");
        Assert.Equal(status, await StatusAsync(http, (header, value)));
        var report = await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(health, report.Status);
        Assert.Equal(health == HealthStatus.Degraded ? "missing" : "known", report.Entries["bouncer-pipeline"].Data["proxyTrust"]);
        Assert.Equal(health == HealthStatus.Degraded ? 1 : 0, logs.Count(EventIds.NeighbourIgnored));
    }

    [Fact]
    public void TryFind_ServerTellsOfNoConnection_IsNotKnown()
    {
        Assert.False(ConnectionPeer.TryFind(new DefaultHttpContext(), out var peer));
        Assert.Null(peer);
    }

    private static Task<OneLineSite> StartAsync(LocalApiServer lapi, FakeLogCollector logs, string transport, bool isAdded, bool hasOwn, string? networks) =>
        OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(logs);
                builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, transport));
                builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
                builder.Services.AddHealthChecks().AddBouncer();
                if (hasOwn)
                {
                    builder.Services.AddSingleton<IStartupFilter, OwnForwarding>();
                }

                if (isAdded)
                {
                    builder.Services.AddBouncer();
                }
            },
            null,
            networks is null ? [] : [("Bouncer:Proxies:Networks", networks)]);

    private static void Listen(KestrelServerOptions kestrel, string transport)
    {
        kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Use(next => connection =>
        {
            // A named pipe there is on Windows only.
            connection.RemoteEndPoint = transport == "pipe" ? new NamedPipeEndPoint("site") : connection.RemoteEndPoint;
            return next(connection);
        }));
        if (transport == "unix")
        {
            kestrel.ListenUnixSocket(Path.Combine(Path.GetTempPath(), $"bouncer-{Guid.NewGuid():N}.sock"));
        }
    }

    private static HttpClient Connect(OneLineSite site, string transport) => transport == "unix"
        ? SocketClient.Connect(site.App.Urls.Last()["http://unix:".Length..])
        : new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };

    private static async Task<int> StatusAsync(HttpClient http, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
