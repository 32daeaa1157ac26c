using System.Net;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>What the walk over forwarded headers makes of a request, without a server.</summary>
public sealed class ForwardedWalkTests
{
    public static TheoryData<string, string> Shapes => ForwardedShapes.All;

    [Fact]
    public void Shapes_ThereAre_MoreThan120() => Assert.True(Shapes.Count >= 120, $"{Shapes.Count}");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_F1_EveryShape_NamesTheClientThatTrustedProxiesWrote(string header, string client)
    {
        var request = Request("127.0.0.1", header.Split('|'));
        using var services = Services("loopback", "10.0.0.0/8");
        Assert.Equal(client, Judged(services, request));
        Assert.Equal(client == ForwardedShapes.Unresolved ? "unknown" : "", request.Request.Headers["X-Forwarded-For"].ToString());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_F1_EveryShapeByTheFrameworksOptions_NamesTheSameClient(string header, string client)
    {
        var request = Request("127.0.0.1", header.Split('|'));
        using var services = ByFramework(options => options.ForwardLimit = null, "127.0.0.0/8", "::1/128", "10.0.0.0/8");
        Assert.Equal(client, Judged(services, request));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_A2_EveryShapeFromAnUntrustedPeer_ChangesNothing(string header, string client)
    {
        var request = Request("198.51.100.7", header.Split('|'));
        using var services = Services("loopback", "10.0.0.0/8");
        Assert.Equal("198.51.100.7", Judged(services, request));
        Assert.NotNull(client);
    }

    [Theory]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::/0", "::ffff:192.0.2.1", false)]
    [InlineData("0.0.0.0/0", "192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "::ffff:192.0.2.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Run_A5_AllOfOneFamilyTrusted_TheOtherIsNot(string network, string peer, bool isBelieved)
    {
        using var services = Services(network);
        Assert.Equal(isBelieved, Judged(services, Request(peer, "198.51.100.7")) == "198.51.100.7");
    }

    /// <summary>As the framework's middleware does.</summary>
    [Theory]
    [InlineData("192.0.2.1", false)]
    [InlineData("::ffff:192.0.2.1", true)]
    public void Run_AllOfIPv6KnownToTheFramework_HoldsIPv4OfASocketForBoth(string peer, bool isBelieved)
    {
        using var services = ByFramework(_ => { }, "::/0");
        Assert.Equal(isBelieved, Judged(services, Request(peer, "198.51.100.7")) == "198.51.100.7");
    }

    /// <summary>Whatever a client writes, and however many believed proxies add to it, the client is who the first of them saw.</summary>
    [Fact]
    public void Run_F1_AnyClientTextAndAnyChain_IsWhomTheFirstTrustedProxySaw()
    {
        var texts = Gen.Elements("\"", "%", ",", " ", "::1", "127.0.0.1", "10.0.0.1", "192.0.2.1", "\\", "[", "]", ":", ";", "=", "unknown", "for=", "\t", "a", "%eth0", "::ffff:", "0", "1")
            .ListOf().Select(parts => string.Concat(parts));
        var hops = Gen.Choose(0, 255).Select(last => $"10.0.{last}.{last}").ListOf();
        using var services = Services("loopback", "10.0.0.0/8");
        var any = from text in texts from second in texts from chain in hops from asLine in Gen.Elements(true, false) select (text, second, chain, asLine);
        Prop.ForAll(any.ToArbitrary(), one =>
        {
            string[] lines = one.second.Length > 0 ? [one.text, one.second] : [one.text];
            var trusted = string.Join(", ", one.chain.Take(ForwardedHops.Most - 1).Prepend("192.0.2.66"));
            lines = one.asLine ? [.. lines, trusted] : [.. lines[..^1], $"{lines[^1]}, {trusted}"];
            return Judged(services, Request("127.0.0.1", lines)) == "192.0.2.66";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData(1, "10.0.0.3")]
    [InlineData(2, "10.0.0.2")]
    [InlineData(3, "192.0.2.66")]
    [InlineData(4, "192.0.2.66")]
    public void Run_MaxHops_UsesNoMoreEntries(int hops, string client)
    {
        var request = Request("127.0.0.1", "203.0.113.5, 192.0.2.66, 10.0.0.2, 10.0.0.3");
        using var services = Services(options => options.MaxHops = hops, "loopback", "10.0.0.0/8");
        Assert.Equal(client, Judged(services, request));
        Assert.False(request.Request.Headers.ContainsKey("X-Forwarded-For"));
    }

    [Theory]
    [InlineData("127.0.0.1", "192.0.2.66", "192.0.2.66")]
    [InlineData("127.0.0.1", "[2001:db8::5]:1", "2001:db8::5")]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "192.0.2.1, 192.0.2.66", "-")]
    [InlineData("127.0.0.1", "192.0.2.1|192.0.2.66", "-")]
    [InlineData("127.0.0.1", "\"192.0.2.66\"", "-")]
    [InlineData("127.0.0.1", "", "-")]
    [InlineData("127.0.0.1", ",", "-")]
    [InlineData("127.0.0.1", " , |,", "-")]
    [InlineData("198.51.100.7", "192.0.2.66", "198.51.100.7")]
    public void Run_A12_HeaderWithOneAddress_CountsFromTrustedProxiesOnly(string peer, string value, string client)
    {
        var request = Request(peer, "192.0.2.9");
        request.Request.Headers["CF-Connecting-IP"] = value.Split('|');
        using var services = Services(options => options.Header = "CF-Connecting-IP", "loopback");
        Assert.Equal(client, Judged(services, request));
        Assert.Equal(client == "-" ? "unknown" : "", request.Request.Headers["X-Forwarded-For"].ToString());
    }

    /// <summary>Straight to the origin, past the proxy that sets the header: the proxy in between sends what it always does.</summary>
    [Theory]
    [InlineData("CF-Connecting-IP", "X-Forwarded-For", "192.0.2.66", "-")]
    [InlineData("CF-Connecting-IP", "X-Forwarded-For", "", "-")]
    [InlineData("CF-Connecting-IP", "X-Real-IP", "192.0.2.66", "-")]
    [InlineData("CF-Connecting-IP", "Forwarded", "for=192.0.2.66", "-")]
    [InlineData("CF-Connecting-IP", "X-Forwarded-Proto", "https", "-")]
    [InlineData("CF-Connecting-IP", "Via", "1.1 proxy", "-")]
    [InlineData("CF-Connecting-IP", "Accept", "*/*", "127.0.0.1")]
    [InlineData("X-Client-Forwarded-For", "X-Forwarded-For", "192.0.2.66", "-")]
    [InlineData("X-Forwarded-For", "X-Real-IP", "192.0.2.66", "-")]
    [InlineData("X-Forwarded-For", "CF-Connecting-IP", "192.0.2.66", "-")]
    [InlineData("X-Forwarded-For", "Forwarded", "for=192.0.2.66", "-")]
    [InlineData("X-Forwarded-For", "X-Forwarded-Proto", "https", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "Via", "1.1 proxy", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "Accept", "*/*", "127.0.0.1")]
    public void Run_A7_TrustedProxySendsAnotherHeaderThanTheNamedOne_IsNotTakenForItsClient(string named, string sent, string value, string client)
    {
        var request = Request("127.0.0.1");
        request.Request.Headers[sent] = value;
        using var services = Services(options => options.Header = named, "loopback");
        Assert.Equal(client, Judged(services, request));
        Assert.Equal(client == "-" ? "unknown" : "", request.Request.Headers["X-Forwarded-For"].ToString());
    }

    [Theory]
    [InlineData("CF-Connecting-IP", "X-Forwarded-For", "-")]
    [InlineData("CF-Connecting-IP", "X-Forwarded-Proto", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "X-Real-IP", "-")]
    [InlineData("X-Forwarded-For", "Accept", "127.0.0.1")]
    public void Run_A7_ByTheFrameworksOptions_SameIsTrue(string named, string sent, string client)
    {
        var request = Request("127.0.0.1");
        request.Request.Headers[sent] = "192.0.2.66";
        using var services = ByFramework(options => options.ForwardedForHeaderName = named, "127.0.0.0/8");
        Assert.Equal(client, Judged(services, request));
    }

    [Theory]
    [InlineData("CF-Connecting-IP")]
    [InlineData("X-Forwarded-For")]
    public void Run_A12_UntrustedPeerSendsOtherHeaders_IsCheckedByItsOwnAddress(string named)
    {
        var request = Request("198.51.100.7");
        request.Request.Headers["X-Real-IP"] = "192.0.2.66";
        using var services = Services(options => options.Header = named, "loopback");
        Assert.Equal("198.51.100.7", Judged(services, request));
    }

    /// <summary>Who asks afterwards whether a request came through a proxy finds no header.</summary>
    [Theory]
    [InlineData("127.0.0.1", "X-Forwarded-For", "192.0.2.66", true)]
    [InlineData("127.0.0.1", "X-Forwarded-For", "unknown", false)]
    [InlineData("127.0.0.1", "X-Real-IP", "192.0.2.66", false)]
    [InlineData("198.51.100.7", "X-Forwarded-For", "192.0.2.66", false)]
    [InlineData("127.0.0.1", "Accept", "*/*", null)]
    [InlineData("198.51.100.7", "Accept", "*/*", null)]
    public void Run_F5_HeaderOfAProxy_LeavesAFeature(string peer, string header, string value, bool? isNamed)
    {
        var request = Request(peer);
        request.Request.Headers[header] = value;
        using var services = Services("loopback");
        Judged(services, request);
        Assert.Equal(isNamed, request.Features.Get<ForwardedFeature>()?.IsClientNamed);
        Assert.Equal(isNamed is not null, request.CameThroughProxy());
    }

    [Fact]
    public void Run_F5_HeaderThatIsNotUsed_LeavesAFeatureAsItGoes()
    {
        var request = Request("198.51.100.7", "192.0.2.66");
        using var services = Services(options => options.Header = "CF-Connecting-IP", "loopback");
        Judged(services, request);
        Assert.False(request.Request.Headers.ContainsKey("X-Forwarded-For"));
        Assert.False(request.Features.Get<ForwardedFeature>()!.IsClientNamed);
    }

    [Theory]
    [InlineData("192.0.2.66", "https", "https")]
    [InlineData("192.0.2.66", "http, https", "https")]
    [InlineData("192.0.2.66", "https, http", "http")]
    [InlineData("192.0.2.66, 10.0.0.2", "ftp, https, http", "https")]
    [InlineData("192.0.2.66", "x\", https", "https")]
    [InlineData("192.0.2.66", "\"https\"", "http")]
    [InlineData("192.0.2.66", "ht tp", "http")]
    [InlineData("192.0.2.66", "", "http")]
    [InlineData("unknown", "https", "http")]
    [InlineData("", "https", "https")]
    public void Run_Proto_IsWhatTheTrustedHopsWrote(string header, string proto, string scheme)
    {
        var request = header.Length == 0 ? Request("127.0.0.1") : Request("127.0.0.1", header);
        request.Request.Headers["X-Forwarded-Proto"] = proto;
        using var services = Services("loopback", "10.0.0.0/8");
        Judged(services, request);
        Assert.Equal(scheme, request.Request.Scheme);
    }

    [Theory]
    [InlineData(true, "evil.example, shop.example", "shop.example")]
    [InlineData(true, "evil.example\", shop.example:8443", "shop.example:8443")]
    [InlineData(true, "[2001:db8::1]:80", "[2001:db8::1]:80")]
    [InlineData(true, "evil.example/path", "inner")]
    [InlineData(true, "a b", "inner")]
    [InlineData(true, "user@shop.example", "inner")]
    [InlineData(true, "shop.example:x", "inner")]
    [InlineData(true, ":80", "inner")]
    [InlineData(false, "shop.example", "inner")]
    public void Run_Host_IsUsedWhereTheOperatorSaysSo(bool isUsed, string header, string host)
    {
        var request = Request("127.0.0.1", "192.0.2.66");
        request.Request.Host = new HostString("inner");
        request.Request.Headers["X-Forwarded-Host"] = header;
        using var services = Services(options => options.ForwardHost = isUsed, "loopback");
        Judged(services, request);
        Assert.Equal(host, request.Request.Host.ToString());
    }

    [Fact]
    public void Run_NamesFromAnUntrustedPeer_AreNotUsed()
    {
        var request = Request("198.51.100.7", "192.0.2.66");
        request.Request.Headers["X-Forwarded-Proto"] = "https";
        request.Request.Headers["X-Forwarded-Host"] = "evil.example";
        using var services = Services(options => options.ForwardHost = true, "loopback");
        Judged(services, request);
        Assert.Equal(("http", ""), (request.Request.Scheme, request.Request.Host.ToString()));
    }

    [Fact]
    public void Run_Applied_NotesWhatItReplaced()
    {
        var request = Request("127.0.0.1", "192.0.2.66:99");
        request.Connection.RemotePort = 1234;
        request.Request.Headers["X-Forwarded-Proto"] = "https";
        request.Request.Headers["X-Original-For"] = "a client's";
        using var services = Services("loopback");
        Judged(services, request);
        Assert.Equal("127.0.0.1:1234", request.Request.Headers["X-Original-For"]);
        Assert.Equal("http", request.Request.Headers["X-Original-Proto"]);
        Assert.Equal(99, request.Connection.RemotePort);
        Assert.False(request.Request.Headers.ContainsKey("X-Forwarded-Proto"));
    }

    [Theory]
    [InlineData("unix", "192.0.2.66")]
    [InlineData("loopback", "-")]
    public void Run_UnixSocket_IsTrustedWhereNamed(string network, string client)
    {
        var request = Request(null, "192.0.2.66");
        using var services = Services(network);
        Assert.Equal(client, Judged(services, request));
    }

    [Fact]
    public void Run_MoreTrustedHopsThanAnyChainHas_IsUnresolved()
    {
        using var services = Services("10.0.0.0/8");
        var chain = Enumerable.Repeat("10.0.0.1", ForwardedHops.Most + 1).Prepend("192.0.2.66");
        Assert.Equal("-", Judged(services, Request("10.0.0.1", string.Join(", ", chain))));
    }

    [Fact]
    public void Run_HugeHeaders_AreNotReadToTheirBegin()
    {
        using var services = Services("loopback");
        Assert.Equal("-", Judged(services, Request("127.0.0.1", new string(',', 1_000_000))));
        Assert.Equal("-", Judged(services, Request("127.0.0.1", new string('1', 1_000_000))));
        Assert.Equal("192.0.2.66", Judged(services, Request("127.0.0.1", new string('"', 1_000_000) + ", 192.0.2.66")));
    }

    [Fact]
    public void Run_PathBaseByTheFrameworksOptions_IsApplied()
    {
        var request = Request("127.0.0.1", "192.0.2.66");
        request.Request.Headers["X-Forwarded-Prefix"] = "/evil, /shop";
        using var services = ByFramework(options => options.ForwardedHeaders = ForwardedHeaders.All, "127.0.0.0/8");
        Assert.Equal("192.0.2.66", Judged(services, request));
        Assert.Equal("/shop", request.Request.PathBase);
    }

    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("evil.example", "inner")]
    public void Run_HostByTheFrameworksOptions_IsOneThatTheyAllow(string header, string host)
    {
        var request = Request("127.0.0.1", "192.0.2.66");
        request.Request.Host = new HostString("inner");
        request.Request.Headers["X-Forwarded-Host"] = header;
        using var services = ByFramework(
            options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost;
                options.AllowedHosts.Add("*.example.org");
                options.AllowedHosts.Add("shop.example");
            },
            "127.0.0.0/8");
        Judged(services, request);
        Assert.Equal(host, request.Request.Host.ToString());
    }

    [Fact]
    public void Run_NoForwardedHeaders_AllocatesNothing()
    {
        var request = Request("127.0.0.1");
        request.Request.Headers.Accept = "text/html";
        using var services = Services("loopback", "private");
        var walk = services.GetRequiredService<ForwardedWalk>();
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                walk.Run(request);
            }
        }));
    }

    internal static DefaultHttpContext Request(string? peer, params string[] lines)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "http";
        context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        if (lines.Length > 0)
        {
            context.Request.Headers["X-Forwarded-For"] = new StringValues(lines);
        }

        return context;
    }

    internal static ServiceProvider Services(params string[] networks) => Services(_ => { }, networks);

    internal static ServiceProvider Services(Action<ProxyOptions> configure, params string[] networks) => Build(services =>
        services.Configure<ProxyOptions>(options =>
        {
            options.Networks = [.. networks];
            configure(options);
        }));

    internal static ServiceProvider ByFramework(Action<ForwardedHeadersOptions> configure, params string[] networks) => Build(services =>
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks)
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            }

            configure(options);
        }));

    private static ServiceProvider Build(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddIdleBouncer();
        configure(services);
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ProxyTrustMonitor>().Take(inFront: true);
        return provider;
    }

    private static string Judged(IServiceProvider services, HttpContext context)
    {
        services.GetRequiredService<ForwardedWalk>().Run(context);
        return services.GetRequiredService<IClientAddressResolver>().GetClientAddress(context)?.ToString() ?? "-";
    }
}
