using System.Net;
using System.Net.Sockets;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>F1: middleware before <c>UseBouncer</c> that sets an address, and a client that writes the notes which the framework leaves
/// where it found one.</summary>
public sealed class FoundByOthersTests
{
    private const string Banned = "192.0.2.66";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F1_AddressInItsOtherForm_ANoteOfTheClientsSwitchesNothingOff(bool isSet)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned, TimeSpan.FromHours(1));
        await using var site = await StartAsync(
            lapi, isSet ? static connection => connection.RemoteIpAddress = connection.RemoteIpAddress!.MapToIPv6() : null, networks: "loopback");
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };
        Assert.Equal(403, await StatusAsync(http, ("X-Forwarded-For", Banned)));
        foreach (var note in new[] { "x", "127.0.0.1:1", "[::1]:80", "127.0.0.1" })
        {
            Assert.Equal(403, await StatusAsync(http, ("X-Forwarded-For", Banned), ("X-Original-For", note)));
        }
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    public async Task F1_PlaceholderOnASocket_LetsNoClientIn(string placeholder)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned, TimeSpan.FromHours(1));
        var path = Path.Combine(Path.GetTempPath(), $"bouncer-{Guid.NewGuid():N}.sock");
        await using var site = await StartAsync(lapi, connection => connection.RemoteIpAddress ??= IPAddress.Parse(placeholder), "unix", path);
        using var http = SocketClient.Connect(path);
        Assert.Equal(400, await StatusAsync(http, ("X-Forwarded-For", Banned)));
    }

    /// <summary>U15: another proxy in front may have left such notes, which say nothing of the proxy that is not named here.</summary>
    [Fact]
    public async Task U15_NotesOfAnotherProxy_DoNotHideTheOneThatIsNotNamed()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, null, null, null, logs, isAdded: true);
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };
        Assert.Equal(200, await StatusAsync(http, ("X-Forwarded-For", "192.0.2.1"), ("X-Original-For", "127.0.0.1:40892")));
        Assert.Equal(1, logs.Count(EventIds.NeighbourIgnored));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(site));
    }

    /// <summary>U15: as nginx does without <c>proxy_set_header</c>.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("loopback")]
    public async Task U15_ProxyThatNamesNoClient_DegradesThePipelineUntilAClientIsMet(string? networks)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, null, networks, null, logs, isAdded: true);
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };
        for (var request = 1; request <= 250; request++)
        {
            Assert.Equal(200, await StatusAsync(http));
            if (request == 199)
            {
                Assert.Equal((HealthStatus.Healthy, 0), (await HealthAsync(site), logs.Count(EventIds.OnlyProxies)));
            }
        }

        Assert.Equal((HealthStatus.Degraded, 1), (await HealthAsync(site), logs.Count(EventIds.OnlyProxies)));
        if (networks is not null)
        {
            Assert.Equal(200, await StatusAsync(http, ("X-Forwarded-For", "192.0.2.1")));
            Assert.Equal(HealthStatus.Healthy, await HealthAsync(site));
        }
    }

    /// <summary>U15: a proxy that names its clients does not hide one that does not.</summary>
    [Fact]
    public async Task U15_ProxyThatNamesNoClientNextToOneThatDoes_DegradesThePipeline()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, null, "127.0.0.1,127.0.0.2", null, logs, isAdded: true);
        using var good = Proxy(site, "127.0.0.1");
        using var silent = Proxy(site, "127.0.0.2");
        Assert.Equal(200, await StatusAsync(good, ("X-Forwarded-For", "192.0.2.1")));
        for (var request = 0; request < 200; request++)
        {
            Assert.Equal((HealthStatus.Healthy, 0), (await HealthAsync(site), logs.Count(EventIds.OnlyProxies)));
            Assert.Equal(200, await StatusAsync(silent));
        }

        Assert.Equal(200, await StatusAsync(good, ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal((HealthStatus.Degraded, 1), (await HealthAsync(site), logs.Count(EventIds.OnlyProxies)));
        Assert.Equal(200, await StatusAsync(silent, ("X-Forwarded-For", "192.0.2.1")));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(site));
    }

    [Theory]
    [InlineData("country", true)]
    [InlineData("username,as", true)]
    [InlineData("country,range", false)]
    [InlineData("ip", false)]
    public async Task U15_LapiAskedForNoAddresses_DegradesThePipeline(string scopes, bool isFound)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, null, "loopback", null, logs, isAdded: true, ("Bouncer:Sync:Scopes", scopes));
        Assert.Equal((isFound ? HealthStatus.Degraded : HealthStatus.Healthy, isFound ? 1 : 0), (await HealthAsync(site), logs.Count(EventIds.NoAddressScope)));
    }

    /// <summary>F1: the framework's own conversion throws at such a host.</summary>
    [Theory]
    [InlineData("xn--0", 200)]
    [InlineData("shop.xn--0.example:8080", 200)]
    [InlineData("xn--bcher-kva.example", 200)]
    public async Task F1_ForwardedHostThatIsNoName_IsLeftOut(string host, int status)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using var site = await StartAsync(lapi, null, "loopback", null, null, isAdded: true, ("Bouncer:Proxies:ForwardHost", "true"));
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };
        Assert.Equal(status, await StatusAsync(http, ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Host", host)));
    }

    /// <summary>A peer of its own.</summary>
    private static HttpClient Proxy(OneLineSite site, string address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (connecting, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, connecting.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri(site.App.Urls.First()) };

    private static async Task<HealthStatus> HealthAsync(OneLineSite site) =>
        (await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["bouncer-pipeline"].Status;

    private static Task<OneLineSite> StartAsync(
        LocalApiServer lapi, Action<ConnectionInfo>? change, string? networks, string? socket = null, FakeLogCollector? logs = null, bool isAdded = false,
        params (string Key, string Value)[] settings) =>
        OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(logs ?? new FakeLogCollector());
                builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
                builder.Services.AddHealthChecks().AddBouncer();
                if (socket is not null)
                {
                    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket));
                }

                if (change is not null)
                {
                    builder.Services.AddSingleton<IStartupFilter>(new OwnMiddleware(change));
                }

                if (isAdded)
                {
                    builder.Services.AddBouncer();
                }
            },
            null,
            networks is null ? settings : [.. settings, ("Bouncer:Proxies:Networks", networks)]);

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

    private sealed class OwnMiddleware(Action<ConnectionInfo> change) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(following => context =>
            {
                change(context.Connection);
                return following(context);
            });
            next(app);
        };
    }
}
