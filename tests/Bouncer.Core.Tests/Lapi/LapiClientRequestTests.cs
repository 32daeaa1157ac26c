using System.Net;
using System.Reflection;
using Bouncer.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lapi;

public class LapiClientRequestTests
{
    private const string Empty = """{"new": [], "deleted": []}""";

    [Theory]
    [InlineData(true, "/v1/decisions/stream?startup=true&dedup=false")]
    [InlineData(false, "/v1/decisions/stream?startup=false&dedup=false")]
    public async Task PullAsync_NoFilter_AsksForStartupOrDelta(bool startup, string target)
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);

        await LapiClients.Create(lapi.Url).PullAsync(startup, TestContext.Current.CancellationToken);

        Assert.Equal(target, Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task PullAsync_AllFilters_AreEscaped()
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);
        var sync = new SyncOptions
        {
            Scopes = ["ip", " range ", "username", ""],
            Origins = ["crowdsec", "a&b=c"],
            ScenariosContaining = ["ssh bf"],
            ScenariosNotContaining = ["http#"],
        };

        var client = LapiClients.Create(lapi.Url, sync: sync);
        await client.PullAsync(true, TestContext.Current.CancellationToken);
        await client.PullAsync(false, TestContext.Current.CancellationToken);

        const string filters = "&dedup=false&scopes=ip,range,username&origins=crowdsec,a%26b%3Dc&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23";
        Assert.Equal(
            ["/v1/decisions/stream?startup=true" + filters, "/v1/decisions/stream?startup=false" + filters],
            lapi.Requests.Select(request => request.Target));
    }

    [Fact]
    public async Task PullAsync_Always_SendsKeyAndExactUserAgent()
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);

        await LapiClients.PullAsync(lapi.Url);

        var headers = Assert.Single(lapi.Requests).Headers;
        var version = typeof(LapiClient).Assembly.GetName().Version!.ToString(3);
        Assert.Equal(LapiClients.Key, headers["X-Api-Key"]);
        Assert.Equal($"bouncers-dotnet/{version}", headers["User-Agent"]);
        Assert.DoesNotContain("Accept-Encoding", headers.Keys);
        Assert.DoesNotContain("Cookie", headers.Keys);
    }

    [Theory]
    [InlineData("192.0.2.10", "192.0.2.10")]
    [InlineData("::ffff:192.0.2.10", "192.0.2.10")]
    [InlineData("2001:db8:0:0::42", "2001%3Adb8%3A%3A42")]
    [InlineData("fe80::1%5", "fe80%3A%3A1")]
    public async Task QueryAsync_Address_IsAskedInCanonicalForm(string address, string asked)
    {
        await using var lapi = await FakeLapi.StartAsync("null");

        Assert.Empty((await LapiClients.Create(lapi.Url).QueryAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken)).Decisions);

        Assert.Equal($"/v1/decisions?ip={asked}", Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task QueryAsync_Filters_AreThoseOfTheStreamWithoutDedup()
    {
        await using var lapi = await FakeLapi.StartAsync("null");

        await LapiClients.Create(lapi.Url, sync: new SyncOptions { Origins = ["cscli"] })
            .QueryAsync(IPAddress.Loopback, TestContext.Current.CancellationToken);

        Assert.Equal("/v1/decisions?ip=127.0.0.1&origins=cscli", Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task CheckHealthAsync_Always_SendsNoKey()
    {
        await using var lapi = await FakeLapi.StartAsync("""{"status":"up"}""");

        await LapiClients.Create(lapi.Url, options => options.ApiKey = null).CheckHealthAsync(TestContext.Current.CancellationToken);
        await LapiClients.Create(lapi.Url).CheckHealthAsync(TestContext.Current.CancellationToken);

        Assert.All(lapi.Requests, request =>
        {
            Assert.Equal("/health", request.Target);
            Assert.DoesNotContain("X-Api-Key", request.Headers.Keys);
        });
    }

    [Theory]
    [InlineData("", "/v1/decisions/stream?startup=true&dedup=false")]
    [InlineData("prefix", "/prefix/v1/decisions/stream?startup=true&dedup=false")]
    [InlineData("prefix/", "/prefix/v1/decisions/stream?startup=true&dedup=false")]
    [InlineData("v1", "/v1/decisions/stream?startup=true&dedup=false")]
    [InlineData("a/v1/?x=y#z", "/a/v1/decisions/stream?startup=true&dedup=false")]
    public async Task PullAsync_UrlWithPath_KeepsThePrefix(string path, string target)
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);

        await LapiClients.PullAsync(new Uri(lapi.Url, path));

        Assert.Equal(target, Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task PullAsync_KeyFile_IsReadForEachCall()
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);
        var path = Path.GetTempFileName();
        try
        {
            var client = LapiClients.Create(lapi.Url, options => (options.ApiKey, options.ApiKeyFile) = (null, path));
            await File.WriteAllTextAsync(path, "\uFEFF  first+/= \r\nsecond line", TestContext.Current.CancellationToken);
            await client.PullAsync(true, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(path, "renewed", TestContext.Current.CancellationToken);
            await client.PullAsync(true, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal(["first+/=", "renewed"], lapi.Requests.Select(request => request.Headers["X-Api-Key"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecret-on-the-second-line")]
    [InlineData("   \r\n")]
    [InlineData("secret with blanks")]
    [InlineData("secret\u00E9")]
    [InlineData("secret\u0001x")]
    public async Task PullAsync_KeyFileWithoutKey_FailsWithoutCallingOrTelling(string content)
    {
        await using var lapi = await FakeLapi.StartAsync(Empty);
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

            var exception = await LapiClients.FailAsync(lapi.Url, options => (options.ApiKey, options.ApiKeyFile) = (null, path));

            Assert.Equal(LapiErrorKind.NoCredentials, exception.Kind);
            Assert.Contains("Bouncer:Lapi:ApiKeyFile", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Empty(lapi.Requests);
    }

    [Fact]
    public async Task PullAsync_KeyFileIsALinkToANamedPipe_IsNotWaitedFor()
    {
        var folder = Directory.CreateTempSubdirectory("key");
        try
        {
            var (pipe, link) = (Path.Combine(folder.FullName, "pipe"), Path.Combine(folder.FullName, "link"));
            await NamedPipe.CreateAsync(pipe);
            File.CreateSymbolicLink(link, pipe);

            var failing = Task.Run(() => LapiClients.FailAsync(new Uri("http://127.0.0.1:1/"), options => (options.ApiKey, options.ApiKeyFile) = (null, link)));

            Assert.Equal("The first line of the file that Bouncer:Lapi:ApiKeyFile names is empty.", (await failing.WaitAsync(Eventually.DefaultDeadline, TestContext.Current.CancellationToken)).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task PullAsync_KeyFileTooLargeOrMissing_Fails()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, new string('a', 4097), TestContext.Current.CancellationToken);
        var url = new Uri("http://127.0.0.1:1/");

        var tooLarge = await LapiClients.FailAsync(url, options => (options.ApiKey, options.ApiKeyFile) = (null, path));
        File.Delete(path);
        var missing = await LapiClients.FailAsync(url, options => (options.ApiKey, options.ApiKeyFile) = (null, path));
        var directory = await LapiClients.FailAsync(url, options => (options.ApiKey, options.ApiKeyFile) = (null, Path.GetTempPath()));
        var neither = await LapiClients.FailAsync(url, options => options.ApiKey = " ");

        Assert.All([tooLarge, missing, directory, neither], exception => Assert.Equal(LapiErrorKind.NoCredentials, exception.Kind));
        Assert.Contains("Bouncer:Lapi:ApiKey", neither.Message, StringComparison.Ordinal);
    }
}
