using System.Net;
using System.Text;

namespace Bouncer.Testing.Tests.AppSec;

public sealed class AppSecRequestTests
{
    [Fact]
    public async Task Requests_WholeQuestion_IsWhatRulesSee()
    {
        await using var bench = await AppSecBench.StartAsync();
        InspectedRequest? seen = null;
        bench.Server.Rules = request =>
        {
            seen = request;
            return AppSecReply.Allow;
        };

        using var question = bench.Ask(
            "/a%2Fb?c=d", new StringContent("body", Encoding.UTF8, "text/x"),
            ("X-Crowdsec-Appsec-Host", "example.com:8443"), ("X-Crowdsec-Appsec-User-Agent", "Visitor/1.0"),
            ("X-Crowdsec-Appsec-Http-Version", "20"), ("X-Crowdsec-Appsec-Transaction-Id", "id-1"), ("X-Crowdsec-Appsec-Verb", "PATCH"),
            ("User-Agent", "bouncer/1.0"), ("Cookie", "a=1; b=2"));
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync(question));

        Assert.Same(seen, Assert.Single(bench.Server.Requests));
        Assert.Equal(
            ("POST", "/", "192.0.2.50", "/a%2Fb?c=d", "example.com:8443", "PATCH", "Visitor/1.0", "20", "id-1", 200),
            (seen!.Method, seen.Path, seen.ClientAddress, seen.Uri, seen.Host, seen.Verb, seen.UserAgent, seen.HttpVersion, seen.TransactionId, seen.Status));
        Assert.Equal(
            ["Content-Length", "Content-Type", "Cookie", "Host", "User-Agent"], seen.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("example.com:8443", "Visitor/1.0"), (seen.Headers["host"].ToString(), seen.Headers["user-agent"].ToString()));
        Assert.Equal("body"u8, seen.Body);
        Assert.Equal((4L, false), (seen.ContentLength, seen.IsBodyTruncated));
    }

    [Fact]
    public async Task Requests_BareQuestion_HasNullForWhatIsMissing()
    {
        await using var bench = await AppSecBench.StartAsync();
        using var question = new HttpRequestMessage(HttpMethod.Options, new Uri(bench.Server.Url, "some/path"));

        Assert.Equal(AppSecAnswer.Empty(HttpStatusCode.Unauthorized), await bench.SendAsync(question));

        var seen = bench.Last;
        Assert.Equal(
            ("OPTIONS", "/some/path", null, null, null, null, null, null, null, 401, null),
            (seen.Method, seen.Path, seen.ClientAddress, seen.Uri, seen.Host, seen.Verb, seen.UserAgent, seen.HttpVersion, seen.TransactionId, seen.Status,
                seen.ContentLength));
        Assert.Empty(seen.Headers);
    }

    [Theory]
    [InlineData("X-Crowdsec-Appsec-Api-Key", null, 401)]
    [InlineData("X-Crowdsec-Appsec-Api-Key", "", 401)]
    [InlineData("X-Crowdsec-Appsec-Api-Key", "nope", 401)]
    [InlineData("X-Crowdsec-Appsec-Ip", null, 500)]
    [InlineData("X-Crowdsec-Appsec-Ip", "", 500)]
    [InlineData("X-Crowdsec-Appsec-Uri", null, 500)]
    [InlineData("X-Crowdsec-Appsec-Uri", "", 500)]
    [InlineData("X-Crowdsec-Appsec-Uri", "/%zz", 500)]
    [InlineData("X-Crowdsec-Appsec-Verb", null, 500)]
    [InlineData("X-Crowdsec-Appsec-Verb", "", 500)]
    public async Task Answer_HeaderMissingOrBad_IsEmpty(string name, string? value, int status)
    {
        await using var bench = await AppSecBench.StartAsync();

        Assert.Equal(AppSecAnswer.Empty((HttpStatusCode)status), await bench.SendAsync("/", null, (name, value)));
        Assert.Equal(status, bench.Last.Status);
    }

    [Fact]
    public async Task ApiKey_Random_DiffersAndOpens()
    {
        await using var bench = await AppSecBench.StartAsync();
        await using var other = await AppSecBench.StartAsync();

        Assert.NotEqual(bench.Server.ApiKey, other.Server.ApiKey);
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync());
    }

    [Theory]
    [InlineData("a\u0001b")]
    [InlineData("a\u007fb")]
    public async Task Answer_ControlCharacterInAHeader_Is400OfTheServerItself(string value)
    {
        await using var bench = await AppSecBench.StartAsync();

        var answer = await bench.SendAsync("/", null, ("X-Visitor", value));

        Assert.Equal(new AppSecAnswer(HttpStatusCode.BadRequest, "400 Bad Request: invalid header value"), answer);
        Assert.Empty(bench.Server.Requests);
    }

    [Theory]
    [InlineData("gr\u00c3\u00bc\u00df", "gr\u00c3\u00bc\u00df")]
    [InlineData("gr\u00c3\u00bc\u00c3\u009f", "gr\u00fc\u00df")]
    [InlineData("\ttab", "tab")]
    public async Task Headers_BytesBeyondAscii_AreTakenAsUtf8OrLatin1(string sent, string seen)
    {
        await using var bench = await AppSecBench.StartAsync();
        using var caller = new RawCaller(bench.Server.Url);
        await caller.AskAsync(bench.Server.ApiKey, $"X-Crowdsec-Appsec-User-Agent: {sent}\r\nX-Visitor: {sent}\r\n\r\n");

        await caller.ReadAnswerAsync(AppSecAnswer.Allow.Body);

        Assert.Equal((seen, seen), (bench.Last.UserAgent, bench.Last.Headers["X-Visitor"].ToString()));
    }

    [Fact]
    public async Task Headers_SeveralOfOneName_AreKeptApart()
    {
        await using var bench = await AppSecBench.StartAsync();
        using var caller = new RawCaller(bench.Server.Url);
        await caller.AskAsync(
            bench.Server.ApiKey, "X-Twice: one, still one\r\nx-twice: two\r\nX-Crowdsec-Appsec-Verb: PUT\r\nX-Crowdsec-Appsec-New: 1\r\n\r\n");

        await caller.ReadAnswerAsync(AppSecAnswer.Allow.Body);

        Assert.Equal(["one, still one", "two"], bench.Last.Headers["X-TWICE"].ToArray());
        Assert.Equal(("POST", "1"), (bench.Last.Verb, bench.Last.Headers["X-Crowdsec-Appsec-New"].ToString()));
    }

    [Fact]
    public async Task Headers_MoreThanKestrelTakes_AreSeen()
    {
        await using var bench = await AppSecBench.StartAsync();
        using var question = bench.Ask("/" + new string('a', 100_000));
        for (var i = 0; i < 500; i++)
        {
            question.Headers.Add($"X-Visitor-{i}", new string('b', 1_000));
        }

        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync(question));
        Assert.Equal((100_001, 500), (bench.Last.Uri!.Length, bench.Last.Headers.Count(header => header.Key.StartsWith("X-Visitor-", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Requests_MoreThanAThousand_AreTheLast()
    {
        await using var bench = await AppSecBench.StartAsync();
        for (var i = 0; i < 1_001; i++)
        {
            await bench.SendAsync($"/{i}");
        }

        Assert.Equal((1_000, "/1", "/1000"), (bench.Server.Requests.Count, bench.Server.Requests[0].Uri, bench.Last.Uri));
    }
}
