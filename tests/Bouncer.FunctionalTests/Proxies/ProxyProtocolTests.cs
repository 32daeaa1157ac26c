using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.Testing;

namespace Bouncer.FunctionalTests.Proxies;

/// <summary>The gateway behind real proxies that name their clients by the PROXY protocol, by settings alone.</summary>
public sealed class ProxyProtocolTests
{
    private const string Banned = "127.0.0.66";
    private const string Clean = "127.0.0.67";

    private static readonly string?[] s_written = [null, Clean, "203.0.113.5", "127.0.0.1", "unknown", "\""];

    [Theory]
    [InlineData("haproxy v1")]
    [InlineData("haproxy v2")]
    [InlineData("haproxy v2 ssl")]
    [InlineData("nginx stream")]
    [InlineData("nginx appends>haproxy v2")]
    [InlineData("haproxy>nginx stream")]
    public async Task ProxyProtocol_RealProxy_ClientIsWhomItSawWhateverItWrites(string chain)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned);
        lapi.Database.Add("203.0.113.5");
        var (gateway, url) = await StartAsync(lapi);
        await using var stop = gateway;
        await using var proxies = await ProxyChain.StartAsync(chain, url);
        if (chain.StartsWith("haproxy v", StringComparison.Ordinal))
        {
            await Eventually.TrueAsync(async () => (await proxies.Front.StatisticsAsync()).Contains("L7OK", StringComparison.Ordinal), what: "haproxy's own check passes");
        }

        foreach (var written in s_written)
        {
            Assert.True(await proxies.Front.StatusAsync(Banned, written) == HttpStatusCode.Forbidden, $"{chain}: banned, wrote '{written}'");
            Assert.True(await proxies.Front.StatusAsync(Clean, written) == HttpStatusCode.OK, $"{chain}: clean, wrote '{written}'");
        }
    }

    /// <summary>A header can name this machine, and a proxy on it does for every caller on it.</summary>
    [Fact]
    public async Task ProxyProtocol_HeaderNamesThisMachine_OpensNoStartPage()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var (gateway, url) = await StartAsync(lapi);
        await using var stop = gateway;
        await using var proxy = await FrontProxy.StartAsync("haproxy v2", url);
        var token = gateway.StartPageUrl.Split("?token=")[1];

        Assert.Equal(HttpStatusCode.OK, await proxy.StatusAsync("127.0.0.1"));
        Assert.Equal(HttpStatusCode.NotFound, await proxy.StatusAsync("127.0.0.1", path: "/.bouncer/status", token: token));
        using var direct = await gateway.GetAsync("/.bouncer/status");
        Assert.Equal(HttpStatusCode.OK, direct.StatusCode);
    }

    private static async Task<(GatewayProcess Gateway, string Url)> StartAsync(LocalApiServer lapi)
    {
        var url = $"http://127.0.0.1:{FreePort.Take()}";
        var gateway = await GatewayProcess.StartAsync(
            lapi.Url,
            lapi.ApiKey,
            ("Bouncer:TrustLoopback", "false"),
            ("Bouncer:Proxies:Networks:0", "127.0.0.1"),
            ("Bouncer:Proxies:ProxyProtocol:0", "Proxied"),
            (GatewayProcess.PlainEndpoint, $"http://127.0.0.1:{FreePort.Take()}"),
            ("Kestrel:Endpoints:Proxied:Url", url));
        return (gateway, url);
    }
}
