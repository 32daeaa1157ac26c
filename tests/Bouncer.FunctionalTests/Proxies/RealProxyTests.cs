using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.Testing;

namespace Bouncer.FunctionalTests.Proxies;

/// <summary>The gateway behind real proxies: one in each way of writing X-Forwarded-For, and two in a row.</summary>
public sealed class RealProxyTests
{
    private const string Banned = "127.0.0.66";
    private const string Clean = "127.0.0.67";

    private static readonly string?[] s_written =
    [
        null, "127.0.0.67", "203.0.113.5", "127.0.0.1", "::1", "unknown", "\"", "::1%\"", "2001:db8::5%\"", "::ffff:203.0.113.5%\"", "\"\\\"", "a=\"b", ",", "1", "127.0.0.1, 127.0.0.1",
    ];

    public static TheoryData<string> Chains => ["nginx appends", "nginx sets", "haproxy", "nginx appends>nginx appends", "haproxy>nginx appends", "nginx appends>haproxy"];

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task F1_Client_IsWhomTheFirstProxySawWhateverItWrites(string chain)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned);
        lapi.Database.Add("203.0.113.5");
        await using var gateway = await GatewayProcess.StartAsync(
            lapi.Url, lapi.ApiKey, ("Bouncer:TrustLoopback", "false"), ("Bouncer:Proxies:Networks:0", "127.0.0.1"));
        await using var proxies = await ProxyChain.StartAsync(chain, gateway.Url);
        foreach (var written in s_written)
        {
            Assert.True(await proxies.Front.StatusAsync(Banned, written) == HttpStatusCode.Forbidden, $"{chain}: banned, wrote '{written}'");
            Assert.True(await proxies.Front.StatusAsync(Clean, written) == HttpStatusCode.OK, $"{chain}: clean, wrote '{written}'");
        }
    }
}
