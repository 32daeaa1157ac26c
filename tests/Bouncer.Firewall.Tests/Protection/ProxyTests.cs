using System.Net;
using System.Net.Sockets;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bouncer.Firewall.Tests.Protection;

/// <summary>LAPI is reached through an HTTP proxy: a ban on it could never be taken back.</summary>
public sealed class ProxyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://203.0.113.3:3128/", "203.0.113.3")]
    [InlineData("http://user:secret@[2001:db8::3]:3128/", "2001:db8::3")]
    [InlineData("socks5://203.0.113.3:1080/", "203.0.113.3")]
    public async Task Proxy_OnTheWayToLapi_IsNeverBlocked(string proxy, string address)
    {
        await using var fixture = new FirewallFixture(core: options => options.Lapi.Url = new Uri("http://198.51.100.8:8080/"));
        fixture.Network.Proxy = new Uri(proxy);
        fixture.Decisions.Add(address, TimeSpan.FromHours(1));
        fixture.Decisions.Add("203.0.113.7", TimeSpan.FromHours(1));
        await fixture.StartAsync();
        await fixture.BlocksAsync("203.0.113.7");
        Assert.Contains(address, Allowed(fixture));
        Assert.Contains("198.51.100.8", Allowed(fixture));
        Assert.Equal(1, fixture.Firewall.Status.ExemptNetworks);
    }

    [Theory]
    [InlineData("http://198.51.100.8:8080/", "http://user:secret@203.0.113.4:3128", new[] { "198.51.100.8", "203.0.113.4" })]
    [InlineData("http://198.51.100.8:8080/", "none", new[] { "198.51.100.8" })]
    [InlineData("unix:///run/crowdsec/lapi.sock", null, new string[0])]
    public async Task Proxy_OfTheSettings_TakesThePlaceOfTheMachines(string lapi, string? setting, string[] expected)
    {
        await using var fixture = new FirewallFixture(core: options => (options.Lapi.Url, options.Lapi.Proxy) = (new Uri(lapi), setting));
        fixture.Network.Proxy = new Uri("http://203.0.113.3:3128/");
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);

        string[] hosts = ["198.51.100.8", "203.0.113.3", "203.0.113.4"];
        Assert.Equal(expected, hosts.Where(host => Allowed(fixture).Contains(host)));
    }

    [Fact]
    public async Task Fallbacks_AndTheirProxies_AreNeverBlocked()
    {
        await using var fixture = new FirewallFixture(core: options =>
        {
            options.Lapi.Url = new Uri("http://198.51.100.8:8080/");
            options.Lapi.Fallbacks =
            [
                new() { Url = new("http://198.51.100.9:8080/"), ApiKey = "key", Proxy = "http://203.0.113.4:3128" },
                new() { Url = new("unix:///run/crowdsec/lapi.sock"), ApiKey = "key" },
                new() { Url = new("http://[2001:db8::9]:8080/"), ApiKey = "key" },
            ];
        });
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);

        string[] hosts = ["198.51.100.8", "198.51.100.9", "203.0.113.4", "2001:db8::9"];
        Assert.All(hosts, host => Assert.Contains(host, Allowed(fixture)));
    }

    [Fact]
    public async Task Proxy_NamedByAName_IsLookedUpAndFollowed()
    {
        await using var fixture = new FirewallFixture(core: options => options.Lapi.Url = new Uri("http://198.51.100.8:8080/"));
        fixture.Network.Proxy = new Uri("http://proxy.example:3128/");
        fixture.Network.Addresses = ["203.0.113.3"];
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Equal("proxy.example", fixture.Network.Asked);
        Assert.Contains("203.0.113.3", Allowed(fixture));

        fixture.Network.Addresses = ["203.0.113.4"];
        await fixture.Firewall.ApplyAsync(Token);
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Contains("203.0.113.4", Allowed(fixture));
        Assert.DoesNotContain("203.0.113.3", Allowed(fixture));

        fixture.Network.ResolveFault = new SocketException(11001);
        await fixture.Firewall.ApplyAsync(Token);
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Contains("203.0.113.4", Allowed(fixture));
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4010 Warning The name of the HTTP proxy on the way to LAPI could not be resolved", StringComparison.Ordinal)));
    }

    /// <summary>What the system's settings are is .NET's to know; LAPI on this machine is reached without.</summary>
    [Fact]
    public void FindProxy_IsTheOneThatHttpClientUses()
    {
        var before = HttpClient.DefaultProxy;
        try
        {
            HttpClient.DefaultProxy = new WebProxy("http://203.0.113.3:3128/", BypassOnLocal: false, ["direct\\.example"]);
            using var view = new SystemNetworkView(TimeProvider.System, NullLogger<SystemNetworkView>.Instance);
            Assert.Equal(new Uri("http://203.0.113.3:3128/"), view.FindProxy(new Uri("http://lapi.example:8080/")));
            Assert.Equal(new Uri("http://203.0.113.3:3128/"), view.FindProxy(new Uri("https://198.51.100.8/")));
            Assert.Null(view.FindProxy(new Uri("http://127.0.0.1:8080/")));
            Assert.Null(view.FindProxy(new Uri("http://localhost:8080/")));
            Assert.Null(view.FindProxy(new Uri("http://direct.example/")));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    private static IEnumerable<string> Allowed(FirewallFixture fixture) => fixture.Backend.Allowed.Select(network => network.ToString());
}
