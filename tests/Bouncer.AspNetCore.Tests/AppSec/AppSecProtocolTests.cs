using System.Net;
using System.Text;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.AppSec;

public sealed class AppSecProtocolTests
{
    [Fact]
    public async Task Get_IsDescribedByHeaders()
    {
        await using var site = await InspectedSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/a/b%20c?x=1&y=%27");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "2001:db8::7");
        request.Headers.TryAddWithoutValidation("User-Agent", "curl/8 (test)");
        request.Headers.TryAddWithoutValidation("Cookie", "a=1; b=2");
        request.Headers.TryAddWithoutValidation("X-Twice", ["one", "two"]);
        request.Headers.Host = "shop.example:8443";

        using var response = await site.Site.Http1.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = site.Inspected;
        Assert.Equal(("GET", "2001:db8::7", "/a/b%20c?x=1&y=%27", "shop.example:8443", "DELETE"), (seen.Method, seen.ClientAddress, seen.Uri, seen.Host, seen.Verb));
        Assert.Equal(("curl/8 (test)", "11"), (seen.UserAgent, seen.HttpVersion));
        Assert.Equal(8, seen.TransactionId?.Length);
        Assert.Equal("a=1; b=2", seen.Headers["Cookie"].ToString());
        Assert.Equal("one, two", seen.Headers["X-Twice"].ToString().Replace(",", ", ", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal));
        Assert.Empty(seen.Body);
    }

    [Theory]
    [InlineData(false, "11")]
    [InlineData(true, "20")]
    public async Task Post_IsInspectedWithItsBody_AndTheApplicationReadsItAfterwards(bool isHttp2, string version)
    {
        await using var site = await InspectedSite.StartAsync();
        using var response = await site.PostAsync("/length", InspectedSite.Bytes(70_000, "application/x-test"), over: isHttp2 ? site.Site.Http2 : null);

        Assert.Equal("70000", await response.Content.ReadAsStringAsync());
        var seen = site.Inspected;
        Assert.Equal(("POST", "POST", version, 70_000L), (seen.Method, seen.Verb, seen.HttpVersion, seen.ContentLength));
        Assert.Equal("application/x-test", seen.Headers["Content-Type"].ToString());
        Assert.Equal(await InspectedSite.Bytes(70_000).ReadAsByteArrayAsync(), seen.Body);
    }

    [Fact]
    public async Task Post_Chunked_IsInspectedWithAKnownLength()
    {
        await using var site = await InspectedSite.StartAsync();
        using var response = await site.PostAsync("/length", InspectedSite.Bytes(100_000), isChunked: true);

        Assert.Equal("100000", await response.Content.ReadAsStringAsync());
        Assert.Equal(100_000, site.Inspected.ContentLength);
        Assert.Equal(await InspectedSite.Bytes(100_000).ReadAsByteArrayAsync(), site.Inspected.Body);
        Assert.False(site.Inspected.Headers.ContainsKey("Transfer-Encoding"));
    }

    [Fact]
    public async Task Client_CannotDescribeItself()
    {
        await using var site = await InspectedSite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/rpc2");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", TestSite.Clean);
        request.Headers.TryAddWithoutValidation("x-crowdsec-appsec-uri", "/");
        request.Headers.TryAddWithoutValidation("X-Crowdsec-Appsec-Ip", "203.0.113.9");
        request.Headers.TryAddWithoutValidation("X-Crowdsec-Appsec-Api-Key", "nope");
        request.Headers.TryAddWithoutValidation("X-Crowdsec-Appsec-User-Agent", "chosen");

        using var response = await site.Site.Http1.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal((TestSite.Clean, "/rpc2", null), (site.Inspected.ClientAddress, site.Inspected.Uri, site.Inspected.UserAgent));
    }

    [Theory]
    [InlineData("GET /%zz/rpc2 HTTP/1.1", "/%25zz/rpc2")]
    [InlineData("GET /100%/rpc2 HTTP/1.1", "/100%25/rpc2")]
    [InlineData("GET //a:b/rpc2 HTTP/1.1", "/a:b/rpc2")]
    [InlineData("GET //rpc2 HTTP/1.1", "/rpc2")]
    [InlineData("GET ///rpc2 HTTP/1.1", "///rpc2")]
    [InlineData("GET //[::1/rpc2 HTTP/1.1", "/[::1/rpc2")]
    [InlineData("GET /a#/rpc2 HTTP/1.1", "/a%23/rpc2")]
    [InlineData("GET /x?y=%u0041%&z=/rpc2 HTTP/1.1", "/x?y=%u0041%&z=/rpc2")]
    [InlineData("GET http://other.example:x/rpc2 HTTP/1.1", null)]
    [InlineData("GET http://site.example/rpc2?a=b HTTP/1.1", "/rpc2?a=b")]
    [InlineData("GET http://site.example?a=b HTTP/1.1", "/?a=b")]
    public async Task Target_ThatGoRejects_IsInspectedInTheNearestForm(string line, string? expected)
    {
        await using var site = await InspectedSite.StartAsync();
        var host = line.Contains("site.example", StringComparison.Ordinal) ? "site.example" : "localhost";
        var answer = await site.Site.SendRawAsync($"{line}\nHost: {host}\nConnection: close\n\n");

        if (expected is null)
        {
            // The server rejects it itself.
            Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(expected, site.Inspected.Uri);
        Assert.NotEqual(500, site.Inspected.Status);
        Assert.StartsWith(expected.Split('?')[0].Contains("/rpc2", StringComparison.Ordinal) ? "HTTP/1.1 403" : "HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_ThatAppSecsServerRejects_IsInspectedWithoutControlCharacters()
    {
        await using var site = await InspectedSite.StartAsync(options => options.WhenUnavailable = "ban");
        var answer = await site.Site.SendRawAsync("GET / HTTP/1.1\nHost: localhost\nConnection: close\nX-Odd: a\u0001b\u007fc\nX-Far: \u00c3\u00a9\n\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("a b c", site.Inspected.Headers["X-Odd"].ToString());
        Assert.Equal("é", site.Inspected.Headers["X-Far"].ToString());
    }

    [Fact]
    public async Task HeadersOfTheConnection_AreNotSent()
    {
        await using var site = await InspectedSite.StartAsync();
        await site.Site.SendRawAsync("POST /length HTTP/1.1\nHost: localhost\nConnection: close, X-Private\nX-Private: 1\nTE: trailers\nExpect: 100-continue\nContent-Type: text/plain\nContent-Length: 2\n\nhi");

        Assert.Equal("hi", Encoding.ASCII.GetString(site.Inspected.Body));
        Assert.Equal("1", site.Inspected.Headers["X-Private"].ToString());
        Assert.DoesNotContain(site.Inspected.Headers.Keys, static name => name is "TE" or "Te" or "Expect");
        Assert.NotEqual("close, X-Private", site.Inspected.Headers.GetValueOrDefault("Connection").ToString());
    }

    /// <summary>Whatever reaches the application is inspected.</summary>
    [Theory]
    [InlineData("X-Crowdsec-Appsec-Foo: evil", "X-Crowdsec-Appsec-Foo", "evil")]
    [InlineData("X-Crowdsec-Appsec-Ip: evil", "X-Original-X-Crowdsec-Appsec-Ip", "evil")]
    [InlineData("x-crowdsec-appsec-api-key: evil", "X-Original-X-Crowdsec-Appsec-Api-Key", "evil")]
    [InlineData("Trailer: evil", "X-Original-Trailer", "evil")]
    [InlineData("TE: evil", "X-Original-TE", "evil")]
    [InlineData("Keep-Alive: evil", "X-Original-Keep-Alive", "evil")]
    [InlineData("Upgrade: evil", "X-Original-Upgrade", "evil")]
    [InlineData("Proxy-Connection: evil", "X-Original-Proxy-Connection", "evil")]
    [InlineData("HTTP2-Settings: evil", "X-Original-HTTP2-Settings", "evil")]
    [InlineData("Expect: evil", "X-Original-Expect", "evil")]
    [InlineData("Connection: evil", "X-Original-Connection", "evil")]
    [InlineData("X(A): evil", "X-Original-X-A-", "evil")]
    [InlineData("X@A: evil", "X-Original-X-A", "evil")]
    [InlineData("Content-Language: evil", "Content-Language", "evil")]
    [InlineData("Proxy-Authorization: evil", "Proxy-Authorization", "evil")]
    [InlineData("Via: evil", "Via", "evil")]
    [InlineData("Date: evil", "Date", "evil")]
    [InlineData("Range: evil", "Range", "evil")]
    [InlineData("If-Modified-Since: evil", "If-Modified-Since", "evil")]
    [InlineData("Accept-Encoding: evil (", "Accept-Encoding", "evil (")]
    public async Task Header_OfAnyName_IsInspected(string header, string name, string value)
    {
        string[] read = [];
        await using var site = await InspectedSite.StartAsync(options => options.WhenUnavailable = "ban", pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.Run(context =>
            {
                read = [.. context.Request.Headers.Where(field => field.Key is not "Host").SelectMany(field => field.Value).OfType<string>()];
                return Task.CompletedTask;
            });
        });
        var answer = await site.Site.SendRawAsync($"GET / HTTP/1.0\nHost: localhost\n{header}\n\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(value, site.Inspected.Headers.GetValueOrDefault(name).ToString());
        Assert.Equal(("127.0.0.1", "/"), (site.Inspected.ClientAddress, site.Inspected.Uri));
        var all = string.Join('\n', site.Inspected.Headers.Values);
        Assert.NotEmpty(read);
        Assert.All(read, text => Assert.Contains(text, all, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TransferEncoding_AndTheFieldsAfterTheBody_AreInspected()
    {
        await using var site = await InspectedSite.StartAsync(options => options.WhenUnavailable = "ban");
        var answer = await site.Site.SendRawAsync(
            "POST /length HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: text/plain\nTransfer-Encoding: evil, chunked\n\n2\nhi\n0\nX-Late: evil\nContent-Type: application/json\n\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("evil, chunked", site.Inspected.Headers["X-Original-Transfer-Encoding"].ToString());
        Assert.Equal("evil", site.Inspected.Headers["X-Original-X-Late"].ToString());
        Assert.Equal(("text/plain", "application/json"), (site.Inspected.Headers["Content-Type"].ToString(), site.Inspected.Headers["X-Original-Content-Type"].ToString()));
    }

    [Fact]
    public async Task Key_OfLapi_IsUsedUnlessAppSecHasItsOwn()
    {
        await using var appSec = await AppSecServer.StartAsync();
        await using var site = await TestSite.StartAsync(bouncer => bouncer.AddAppSec(appSec.Url));

        using var response = await site.GetAsync("/", TestSite.Clean);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(401, Assert.Single(appSec.Requests).Status);

        await using var same = await AppSecServer.StartAsync(new AppSecServerOptions { ApiKey = site.Lapi.Server.ApiKey });
        Assert.Equal(site.Lapi.Server.ApiKey, same.ApiKey);
    }

    [Fact]
    public async Task KeyFile_IsReadWithoutItsLineEnd()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "the-key\nsecond line\n");
            await using var site = await InspectedSite.StartAsync(
                options => (options.ApiKey, options.ApiKeyFile) = (null, file), server: new AppSecServerOptions { ApiKey = "the-key" });

            using var response = await site.GetAsync("/rpc2");

            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
