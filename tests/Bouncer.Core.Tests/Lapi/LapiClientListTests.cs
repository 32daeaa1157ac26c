using Bouncer.Lapi;
using Microsoft.AspNetCore.Http;

namespace Bouncer.Tests.Lapi;

public class LapiClientListTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private const string Ban = """{"id":1,"type":"ban","scope":"Ip","value":"192.0.2.1","duration":"1h"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData(" [ ] \n")]
    public async Task ListAsync_NothingThere_IsEmpty(string body)
    {
        await using var lapi = await FakeLapi.StartAsync(body);

        var answer = await LapiClients.Create(lapi.Url).ListAsync(new DecisionSelection { AboveId = 7 }, Ct);

        Assert.Equal((0, 0, 0), (answer.Count, answer.Rows.Count, answer.Unusable.Count));
        Assert.True(answer.Unusable.AreAllKnown);
        var request = Assert.Single(lapi.Requests);
        Assert.Equal("/v1/decisions?scopes=ip,range&id_gt=7", request.Target);
        Assert.Equal(LapiClients.Key, request.Headers["X-Api-Key"]);
    }

    [Fact]
    public async Task ListAsync_FiltersAndValue_AreAskedAsConfigured()
    {
        await using var lapi = await FakeLapi.StartAsync("null");
        var client = LapiClients.Create(lapi.Url, sync: new SyncOptions { Scopes = ["ip", "country"], Origins = ["a&b"], ScenariosNotContaining = ["http#"] });

        await client.ListAsync(new DecisionSelection { Value = "2001:db8::/48", Offset = 3, Limit = 2 }, Ct);

        Assert.Equal(
            "/v1/decisions?scopes=ip,country&origins=a%26b&scenarios_not_containing=http%23&value=2001%3Adb8%3A%3A%2F48&offset=3&limit=2",
            Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task ListAsync_List_IsReadWhole()
    {
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            var body = $$"""[{{Ban}},{"id":2,"type":"ban","scope":"Ip","value":"no address","duration":"1h"},{"id":3,"type":"captcha","scope":"Range","value":"198.51.100.0/24"},{"id":4,"type":"ban","scope":"Ip","value":"192.0.2.4","duration":"-1s"}]""";
            foreach (var piece in body.Chunk(50))
            {
                await context.Response.WriteAsync(new string(piece));
                await context.Response.Body.FlushAsync();
            }
        });

        var answer = await LapiClients.Create(lapi.Url).ListAsync(default, Ct);

        Assert.Equal([(1, "192.0.2.1"), (3, "198.51.100.0/24")], Enumerable.Range(1, answer.Rows.Count).Select(row => (answer.Rows[row].Id, answer.Rows.Value(row))));
        Assert.Equal(2, Assert.Single(answer.Unusable.Ends).Key);
        Assert.Equal(4, answer.Count);
    }

    [Fact]
    public async Task ListAsync_NothingUsable_IsNoFailure()
    {
        await using var lapi = await FakeLapi.StartAsync("""[{"scope":"Ip","value":"no address","type":"ban","duration":"1h"}]""");

        var answer = await LapiClients.Create(lapi.Url).ListAsync(default, Ct);

        Assert.Equal((1, 0, 1), (answer.Count, answer.Rows.Count, answer.Unusable.Count));
        Assert.False(answer.Unusable.AreAllKnown);
    }

    [Theory]
    [InlineData(500, LapiErrorKind.Internal)]
    [InlineData(403, LapiErrorKind.Forbidden)]
    [InlineData(404, LapiErrorKind.NotFound)]
    [InlineData(302, LapiErrorKind.Redirected)]
    [InlineData(503, LapiErrorKind.Busy)]
    public async Task ListAsync_Status_IsMapped(int status, object kind)
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("null");
        });

        Assert.Equal(kind, (await FailAsync(lapi.Url)).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[" + Ban)]
    [InlineData("[" + Ban + ",")]
    [InlineData("nul")]
    [InlineData("{}")]
    [InlineData("""{"new":[],"deleted":[]}""")]
    [InlineData("""{"message":"access forbidden"}""")]
    [InlineData("[] []")]
    [InlineData("<html>Sign in</html>")]
    public async Task ListAsync_NoListOrACutOne_IsBadDocument(string body)
    {
        await using var lapi = await FakeLapi.StartAsync(body);

        Assert.Equal(LapiErrorKind.BadDocument, (await FailAsync(lapi.Url)).Kind);
    }

    [Theory]
    [InlineData(Head + "Content-Length: 300\r\n\r\n[" + Ban)]
    [InlineData(Head + "Transfer-Encoding: chunked\r\n\r\n4\r\nnull\r\n")]
    public async Task ListAsync_CutBody_IsBadDocument(string answer)
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, answer, token));

        Assert.Equal(LapiErrorKind.BadDocument, (await FailAsync(server.Url)).Kind);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task ListAsync_TooLarge_IsRefusedAtTheCapOfTheWholeList(int over, bool passes)
    {
        // Larger than the answer on one address may be.
        var body = "[" + new string(' ', 2 * 1024 * 1024) + Ban + "]";
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.WriteAsync(body);
        });
        var client = LapiClients.Create(lapi.Url, options => options.MaxResponseBytes = body.Length - over);

        var failure = await Record.ExceptionAsync(() => client.ListAsync(default, Ct));

        Assert.Equal(passes ? null : LapiErrorKind.TooLarge, (failure as LapiException)?.Kind);
        Assert.Equal(passes, failure is null);
    }

    [Fact]
    public async Task ListAsync_Silence_IsTimeout()
    {
        await using var server = new RawServer((_, token) => RawServer.HangAsync(token));

        Assert.Equal(LapiErrorKind.Timeout, (await FailAsync(server.Url, options => options.Timeout = TimeSpan.FromMilliseconds(300))).Kind);
    }

    private static async Task<LapiException> FailAsync(Uri url, Action<LapiOptions>? configure = null)
    {
        var exception = await Assert.ThrowsAsync<LapiException>(() => LapiClients.Create(url, configure).ListAsync(default, Ct));
        Assert.DoesNotContain(LapiClients.Key, exception.ToString(), StringComparison.Ordinal);
        return exception;
    }
}
