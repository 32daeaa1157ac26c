using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.Lapi;
using Microsoft.AspNetCore.Http;
using NSubstitute;

namespace Bouncer.Tests.Lapi;

public class LapiClientFaultTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private const string Chunked = Head + "Transfer-Encoding: chunked\r\n\r\n";
    private const string Ban = """{"id":1,"type":"ban","scope":"Ip","value":"192.0.2.1","duration":"1h"}""";

    private static readonly IPAddress Banned = IPAddress.Parse("192.0.2.1");

    private static readonly Action<LapiOptions> Impatient = options => options.Timeout = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task PullAsync_NothingListens_IsUnreachable()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://user:pa55word@{listener.LocalEndpoint}/");
        listener.Stop();

        var exception = await LapiClients.FailAsync(url);

        Assert.Equal(LapiErrorKind.Unreachable, exception.Kind);
        Assert.DoesNotContain("pa55word", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_B12_NoTlsWhereTlsIsAsked_IsUnreachable()
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, Head + "\r\n", token));

        var exception = await LapiClients.FailAsync(new UriBuilder(server.Url) { Scheme = "https" }.Uri);

        Assert.Equal(LapiErrorKind.Unreachable, exception.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 200")]
    public async Task PullAsync_NoHttp_IsUnreachable(string greeting)
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, greeting, token));

        Assert.Equal(LapiErrorKind.Unreachable, (await LapiClients.FailAsync(server.Url)).Kind);
    }

    [Fact]
    public async Task PullAsync_HeadersWithoutEnd_AreRefused()
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Head, token);
            while (!token.IsCancellationRequested)
            {
                await RawServer.SendAsync(socket, "X-More: " + new string('a', 1000) + "\r\n", token);
            }
        });

        Assert.Equal(LapiErrorKind.Unreachable, (await LapiClients.FailAsync(server.Url)).Kind);
    }

    [Theory]
    [InlineData(Chunked + "40\r\n{\"new\": [")]
    [InlineData(Chunked + "a\r\n{\"new\": [{\r\n")]
    [InlineData(Head + "Content-Length: 100\r\n\r\n{\"new\": [")]
    [InlineData(Head + "Connection: close\r\n\r\n{\"new\": [")]
    [InlineData(Head + "Connection: close\r\n\r\n{\"new\": [" + Ban + "]")]
    [InlineData(Chunked + "1a\r\n{\"new\": [], \"deleted\": []}\r\n")]
    public async Task PullAsync_B1_CutBody_IsBadDocument(string answer)
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, answer, token));

        Assert.Equal(LapiErrorKind.BadDocument, (await LapiClients.FailAsync(server.Url)).Kind);
    }

    [Fact]
    public async Task PullAsync_B1_ResetInsideTheBody_IsUnreachable()
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Head + "Content-Length: 100000\r\n\r\n{\"new\": [", token);
            socket.LingerState = new LingerOption(true, 0);
        });

        var kind = (await LapiClients.FailAsync(server.Url)).Kind;

        Assert.Equal(LapiErrorKind.Unreachable, kind);
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"message":"access forbidden"}""")]
    [InlineData("")]
    public async Task PullAsync_B4_NoListWithStatus200_IsBadDocument(string body)
    {
        await using var lapi = await FakeLapi.StartAsync(body);

        Assert.Equal(LapiErrorKind.BadDocument, (await LapiClients.FailAsync(lapi.Url)).Kind);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"message":"x"}""")]
    [InlineData("""{"new":[]}""")]
    [InlineData("[] []")]
    [InlineData("[")]
    [InlineData("nul")]
    public async Task QueryAsync_B4_NoList_IsBadDocument(string body)
    {
        await using var lapi = await FakeLapi.StartAsync(body);
        var client = LapiClients.Create(lapi.Url);

        var exception = await Assert.ThrowsAsync<LapiException>(() => client.QueryAsync(IPAddress.Loopback, TestContext.Current.CancellationToken));

        Assert.Equal(LapiErrorKind.BadDocument, exception.Kind);
    }

    [Fact]
    public async Task PullAsync_B2_AnnouncedTooLarge_IsRefusedUnread()
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Head + "Content-Length: 1073741824\r\n\r\n", token);
            await RawServer.HangAsync(token);
        });

        Assert.Equal(LapiErrorKind.TooLarge, (await LapiClients.FailAsync(server.Url)).Kind);
    }

    [Fact]
    public async Task PullAsync_B2_EndlessBody_IsCutAtTheCap()
    {
        const int cap = 1024 * 1024;
        long sent = 0;
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Head + "Connection: close\r\n\r\n{\"new\": [" + Ban, token);
            var more = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("," + Ban, 100)));
            while (!token.IsCancellationRequested)
            {
                await RawServer.SendAsync(socket, more, token);
                Interlocked.Add(ref sent, more.Length);
            }
        });

        var exception = await LapiClients.FailAsync(server.Url, options => options.MaxResponseBytes = cap);

        Assert.Equal(LapiErrorKind.TooLarge, exception.Kind);
        Assert.True(Interlocked.Read(ref sent) < 32L * cap, "the server went on sending");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task PullAsync_B2_Cap_IsExact(int over, bool passes)
    {
        const string body = """{"new": [], "deleted": []}""";
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.WriteAsync(body);
        });

        var pull = () => LapiClients.PullAsync(lapi.Url, options => options.MaxResponseBytes = body.Length - over);

        Assert.Equal(passes, await Record.ExceptionAsync(pull) is null);
    }

    /// <summary>More than any answer on one address needs, and less than the setting allows.</summary>
    [Fact]
    public async Task QueryAsync_ManyDecisions_AreReadAsTheSettingAllows()
    {
        const int count = 20_000;
        await using var lapi = await FakeLapi.StartAsync($"[{string.Join(',', Enumerable.Repeat(Ban, count))}]");

        var reply = await LapiClients.Create(lapi.Url).QueryAsync(Banned, TestContext.Current.CancellationToken);

        Assert.Null(reply.Cut);
        Assert.Equal(count, reply.Decisions.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task QueryAsync_B2_AboveTheCap_WhatWasReadCounts(bool isAnnounced)
    {
        const int cap = 64 * 1024;
        var body = $"[{string.Join(',', Enumerable.Repeat(Ban, 2000))}]";
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = isAnnounced ? body.Length : null;
            return context.Response.WriteAsync(body);
        });

        var reply = await LapiClients.Create(lapi.Url, options => options.MaxResponseBytes = cap).QueryAsync(Banned, TestContext.Current.CancellationToken);

        Assert.InRange(reply.Decisions.Count, 1, cap / Ban.Length);
        Assert.Equal(LapiErrorKind.TooLarge, reply.Cut?.Kind);
        Assert.Contains($"{cap} bytes that Bouncer:Lapi:MaxResponseBytes allows", reply.Cut!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QueryAsync_B10_AnswerThatDoesNotEnd_WhatWasReadCounts()
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Head + "Connection: close\r\n\r\n[" + Ban + ",", token);
            await RawServer.HangAsync(token);
        });

        var reply = await LapiClients.Create(server.Url, Impatient).QueryAsync(Banned, TestContext.Current.CancellationToken);

        Assert.Single(reply.Decisions);
        Assert.Equal(LapiErrorKind.Timeout, reply.Cut?.Kind);
    }

    /// <summary>What was read says nothing about this client: it is not one without decisions.</summary>
    [Theory]
    [InlineData("", "198.51.100.1")]
    [InlineData(Ban, "198.51.100.1")]
    [InlineData("""{"id":1,"type":"whitelist","scope":"Ip","value":"192.0.2.1","duration":"1h"}""", "192.0.2.1")]
    [InlineData("""{"id":1,"type":"ban","scope":"username","value":"192.0.2.1","duration":"1h"}""", "192.0.2.1")]
    public async Task QueryAsync_B2_AboveTheCapWithoutADecisionOnTheClient_IsTooLarge(string decision, string client)
    {
        await using var lapi = await FakeLapi.StartAsync($"[{decision}{new string(' ', 64 * 1024)}]");
        var query = () => LapiClients.Create(lapi.Url, options => options.MaxResponseBytes = 32 * 1024).QueryAsync(IPAddress.Parse(client), TestContext.Current.CancellationToken);

        Assert.Equal(LapiErrorKind.TooLarge, (await Assert.ThrowsAsync<LapiException>(query)).Kind);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Slow: ", "a")]
    [InlineData(Chunked, "1\r\n \r\n")]
    [InlineData(Chunked + "ffffff\r\n", " ")]
    [InlineData(Chunked + "1;", "a")]
    [InlineData(Chunked + "a\r\n{\"new\": [{\r\n", "")]
    [InlineData(Chunked + "1a\r\n{\"new\": [], \"deleted\": []}\r\n", "")]
    [InlineData(Head + "Content-Length: 26\r\n\r\n{\"new\": [], \"deleted\": []", "")]
    public async Task PullAsync_B10_SilenceOrDrip_IsTimeout(string start, string drip)
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, start, token);
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (drip.Length > 0 && await pace.WaitForNextTickAsync(token))
            {
                await RawServer.SendAsync(socket, drip, token);
            }

            await RawServer.HangAsync(token);
        });

        Assert.Equal(LapiErrorKind.Timeout, (await LapiClients.FailAsync(server.Url, Impatient)).Kind);
    }

    [Fact]
    public async Task PullAsync_B10_FastButEndless_EndsWithThePullTimeout()
    {
        await using var server = new RawServer(async (socket, token) =>
        {
            await RawServer.SendAsync(socket, Chunked, token);
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (await pace.WaitForNextTickAsync(token))
            {
                await RawServer.SendAsync(socket, "800\r\n" + new string(' ', 0x800) + "\r\n", token);
            }
        });

        var exception = await LapiClients.FailAsync(server.Url, options => options.PullTimeout = TimeSpan.FromSeconds(1));

        Assert.Equal(LapiErrorKind.Timeout, exception.Kind);
    }

    [Fact]
    public async Task PullAsync_B10_AfterADeadline_NextCallHasAFreshConnection()
    {
        var calls = 0;
        await using var server = new RawServer(async (socket, token) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await RawServer.SendAsync(socket, Chunked + "9\r\n{\"new\": [\r\n", token);
                await RawServer.HangAsync(token);
            }

            await RawServer.SendAsync(socket, Head + "Content-Length: 26\r\n\r\n{\"new\": [], \"deleted\": []}", token);
        });
        LapiOptions options = null!;
        var client = LapiClients.Create(server.Url, given => (options = given).Timeout = TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAsync<LapiException>(() => client.PullAsync(true, TestContext.Current.CancellationToken));
        options.Timeout = TimeSpan.FromSeconds(30);
        await client.PullAsync(true, TestContext.Current.CancellationToken);

        Assert.Equal(2, server.ConnectionCount);
    }

    [Fact]
    public async Task PullAsync_WholeAnswers_ShareAConnection()
    {
        await using var lapi = await FakeLapi.StartAsync("""{"new": [], "deleted": []}""");
        var client = LapiClients.Create(lapi.Url);

        await client.PullAsync(true, TestContext.Current.CancellationToken);
        await client.PullAsync(false, TestContext.Current.CancellationToken);

        Assert.Single(lapi.Requests.Select(request => request.ConnectionId).Distinct());
    }

    [Fact]
    public async Task PullAsync_CallerGivesUp_IsCancelled()
    {
        var asked = new TaskCompletionSource();
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"new\": [");
            await context.Response.Body.FlushAsync();
            asked.SetResult();
            await RawServer.HangAsync(context.RequestAborted);
        });
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var pull = LapiClients.Create(lapi.Url).PullAsync(true, caller.Token);
        await asked.Task;
        await caller.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        Assert.Equal(caller.Token, exception.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(ExceptionsOfHandlers))]
    public async Task PullAsync_HandlerThrows_IsMapped(Exception thrown, object kind)
    {
        var clients = Substitute.For<IHttpClientFactory>();
        clients.CreateClient(LapiHttpClient.Name).Returns(_ => throw thrown);
        var options = new LapiOptions { Url = new Uri("http://127.0.0.1/"), ApiKey = "k" };
        var client = new LapiClient(clients, LapiClients.SettingsOf(options), TimeProvider.System);

        var exception = await Assert.ThrowsAsync<LapiException>(() => client.PullAsync(true, TestContext.Current.CancellationToken));

        Assert.Equal(kind, exception.Kind);
    }

    public static TheoryData<Exception, object> ExceptionsOfHandlers() => new()
    {
        { new FormatException(), LapiErrorKind.Unreachable },
        { new InvalidOperationException(), LapiErrorKind.Unreachable },
        { new HttpRequestException(HttpRequestError.NameResolutionError), LapiErrorKind.Unreachable },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), LapiErrorKind.Unreachable },
        { new TaskCanceledException("connect", new TimeoutException()), LapiErrorKind.Timeout },
        { new HttpIOException(HttpRequestError.ResponseEnded), LapiErrorKind.BadDocument },
    };
}
