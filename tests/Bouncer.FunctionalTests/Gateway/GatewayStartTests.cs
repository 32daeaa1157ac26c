using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.Testing;

namespace Bouncer.FunctionalTests.Gateway;

/// <summary>What the gateway does with settings: none, wrong ones, its own upstreams.</summary>
public sealed class GatewayStartTests
{
    [Fact]
    public async Task NoSettings_StartsOnTheEmbeddedDefault()
    {
        await using var gateway = await GatewayProcess.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("192.0.2.10"));
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("198.51.100.77"));
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("2001:db8:bad::1"));
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("192.0.2.50"));
        using var clean = await gateway.GetAsync("/hello", "203.0.113.1");
        Assert.Contains("\"client\":\"203.0.113.1\",\"verdict\":\"allow\"", await clean.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var kinds = (await gateway.ReadAsync("/.bouncer/status")).GetProperty("decisions").EnumerateArray()
            .Select(group => group.GetProperty("scope").GetString() + " " + group.GetProperty("type").GetString()).ToHashSet();
        Assert.Superset(
            new HashSet<string> { "ip ban", "range ban", "ip captcha", "ip throttle", "ip mfa", "ip polka", "country ban", "as captcha", "username ban" },
            kinds!);
        Assert.Contains(gateway.Url + "/.bouncer/", gateway.Output, StringComparison.Ordinal);
        Assert.Contains("curl -i -H 'X-Forwarded-For: 192.0.2.10'", gateway.Output, StringComparison.Ordinal);
        Assert.Contains($"{gateway.Url}/.bouncer/visit?as=192.0.2.20&path=/hello", gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[2040]", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyFolder_IsUsedOrTheStartStopsAndSaysWhy()
    {
        var folder = Directory.CreateTempSubdirectory("bouncers-keys-");
        try
        {
            var inContainer = new Dictionary<string, string?> { ["DOTNET_RUNNING_IN_CONTAINER"] = "true" };
            await using (var warned = await GatewayProcess.StartAsync(inContainer))
            {
                Assert.Contains("[2040]", warned.Output, StringComparison.Ordinal);
            }

            var keys = Path.Combine(folder.FullName, "keys");
            await using (var kept = await GatewayProcess.StartAsync(new Dictionary<string, string?>(inContainer) { ["DataProtection:Keys"] = keys }))
            {
                Assert.DoesNotContain("[2040]", kept.Output, StringComparison.Ordinal);
                Assert.True(Directory.Exists(keys));
            }

            var file = Path.Combine(folder.FullName, "file");
            await File.WriteAllTextAsync(file, "");
            var (exitCode, output) = await GatewayProcess.RunToEndAsync(new Dictionary<string, string?> { ["DataProtection:Keys"] = file });
            Assert.Equal(1, exitCode);
            Assert.Contains("- DataProtection:Keys is '", output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task WrongSettings_StopsWithEveryErrorAndNoStack()
    {
        var (exitCode, output) = await GatewayProcess.RunToEndAsync(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = "ftp://127.0.0.1/",
            ["Bouncer:Sync:Interval"] = "00:00:00",
            ["Bouncer:TrustedNetworks:0"] = "10.0.0.0/99",
            ["Bouncer:Http:Ban:StatusCode"] = "200",
        });

        Assert.Equal(1, exitCode);
        Assert.All(
            ["Bouncer:Lapi:Url", "Bouncer:Lapi:ApiKey", "Bouncer:Sync:Interval", "Bouncer:TrustedNetworks", "Bouncer:Http:Ban:StatusCode"],
            key => Assert.Contains(key, output, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RouteNamesUnknownPolicy_StopsAndSaysWhich()
    {
        var (exitCode, output) = await GatewayProcess.RunToEndAsync(new Dictionary<string, string?>
        {
            ["ReverseProxy:Routes:shop:ClusterId"] = "shop",
            ["ReverseProxy:Routes:shop:Match:Path"] = "/{**rest}",
            ["ReverseProxy:Routes:shop:Metadata:Bouncer.Policy"] = "missing",
            ["ReverseProxy:Clusters:shop:Destinations:one:Address"] = "http://127.0.0.1:9/",
        });

        Assert.Equal(1, exitCode);
        Assert.Contains("Route 'shop' names the policy 'missing'", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddressIsNotThisMachines_StopsAndSaysSo()
    {
        var (exitCode, output) = await GatewayProcess.RunToEndAsync(new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = "http://203.0.113.1:9999" });

        Assert.Equal(1, exitCode);
        Assert.Contains("The gateway cannot start:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.1", "localhost")]
    [InlineData("127.0.0.1", "gateway.example")]
    [InlineData("203.0.113.1, 127.0.0.1", "localhost")]
    public async Task StartPage_ClientIsNotTheOperator_IsNotThere(string client, string host)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var path in new[] { "/.bouncer/", "/.bouncer/status", "/.bouncer/decisions", "/.bouncer/replay?as=192.0.2.10", "/.bouncer/visit?as=192.0.2.10", "/.bouncer/page.js", "/.bouncer/other" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + path);
            request.Headers.Add("X-Forwarded-For", client);
            request.Headers.Host = host;
            using var answer = await http.SendAsync(request);

            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("/.bouncer/replay?as=192.0.2.10", "image", "cross-site", HttpStatusCode.NotFound)]
    [InlineData("/.bouncer/replay?as=192.0.2.10", "document", "cross-site", HttpStatusCode.NotFound)]
    [InlineData("/.bouncer/status", "empty", "same-site", HttpStatusCode.NotFound)]
    [InlineData("/.bouncer/", "iframe", "cross-site", HttpStatusCode.NotFound)]
    [InlineData("/.bouncer/", "document", "cross-site", HttpStatusCode.OK)]
    public async Task StartPage_AnotherSitesPageAsks_GivesTheBarePageAlone(string path, string destination, string site, HttpStatusCode status)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + path);
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Dest", destination);

        using var answer = await http.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Empty((await gateway.ReadAsync("/.bouncer/status")).GetProperty("verdicts").EnumerateArray());
    }

    /// <summary>What a proxy adds, or a page of another site sends along.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "unknown", HttpStatusCode.BadRequest)]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("X-Forwarded-Proto", "http")]
    [InlineData("X-Forwarded-Port", "80")]
    [InlineData("Forwarded", "for=127.0.0.1", HttpStatusCode.BadRequest)]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "127.0.0.1", HttpStatusCode.BadRequest)]
    [InlineData("CF-Connecting-IP", "127.0.0.1", HttpStatusCode.BadRequest)]
    [InlineData("X-Azure-ClientIP", "127.0.0.1", HttpStatusCode.BadRequest)]
    [InlineData("X-Envoy-External-Address", "127.0.0.1", HttpStatusCode.BadRequest)]
    [InlineData("CF-Ray", "0")]
    [InlineData("CDN-Loop", "cloudflare")]
    [InlineData("X-Envoy-Attempt-Count", "1")]
    [InlineData("Fly-Region", "ams")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Referer", "http://evil.example/page")]
    public async Task StartPage_F5_ThroughAProxyOrFromAnotherSite_IsNotThere(string header, string value, HttpStatusCode status = HttpStatusCode.NotFound)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var path in new[] { "/.bouncer/", "/.bouncer/status", "/.bouncer/replay?as=192.0.2.10", "/.bouncer/visit?as=192.0.2.10" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + path);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await http.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    /// <summary>The bouncer takes such headers off before the page can look for them.</summary>
    [Theory]
    [InlineData("X-Forwarded-For", "10.0.0.0/8", "X-Real-IP")]
    [InlineData("X-Forwarded-For", "10.0.0.0/8", "X-Forwarded-For")]
    [InlineData("X-Own-Client", "10.0.0.0/8", "X-Own-Client")]
    [InlineData("X-Own-Client", "loopback", "X-Own-Client")]
    public async Task StartPage_F5_ThroughAProxyWhoseHeaderIsTakenOff_IsNotThere(string sent, string network, string named)
    {
        await using var gateway = await GatewayProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bouncer:Proxies:Networks:0"] = network,
            ["Bouncer:Proxies:Header"] = named,
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var open = await http.GetAsync(gateway.Url + "/.bouncer/status");
        http.DefaultRequestHeaders.Add(sent, "127.0.0.1");
        using var closed = await http.GetAsync(gateway.Url + "/.bouncer/status");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (open.StatusCode, closed.StatusCode));
    }

    [Fact]
    public async Task StartPage_F5_WithSettings_IsOffUnlessAskedForAndThenBehindAToken()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        await using (var off = await GatewayProcess.StartAsync(lapi.Url, lapi.ApiKey, ("StartPage:Enabled", null)))
        {
            using var closed = await off.GetAsync("/.bouncer/status");
            Assert.Equal(HttpStatusCode.NotFound, closed.StatusCode);
            Assert.Contains("start page  off", off.Output, StringComparison.Ordinal);
        }

        await using var gateway = await GatewayProcess.StartAsync(lapi.Url, lapi.ApiKey);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var without = await http.GetAsync(gateway.Url + "/.bouncer/status");
        using var wrong = await http.GetAsync(gateway.Url + "/.bouncer/?token=0123456789abcdef0123456789abcdef");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (without.StatusCode, wrong.StatusCode));
        using var page = await http.GetAsync(gateway.StartPageUrl);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var status = await http.GetAsync(gateway.Url + "/.bouncer/status");
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
    }
}
