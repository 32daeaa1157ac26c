using System.Net;
using System.Net.WebSockets;
using System.Text;
using Bouncer.TestUtils;

namespace Bouncer.Yarp.Tests;

/// <summary>What a client has open through the gateway ends with the poll that brings its ban, up to the upstream.</summary>
public sealed class OpenStreamsTests
{
    private const string Client = "203.0.113.10";
    private const string Neighbour = "203.0.113.20";

    [Theory]
    [InlineData("events", "1")]
    [InlineData("events", "2")]
    [InlineData("websocket", "1")]
    [InlineData("websocket", "2")]
    public async Task R12_Ban_EndsTheClientsStreamsThroughTheGateway(string kind, string version)
    {
        await using var bench = await StreamBench.StartAsync();
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        var banned = await OpenAsync(bench, http, kind, version, Client);
        var other = await OpenAsync(bench, http, kind, version, Neighbour);
        var connections = bench.Connections;

        bench.Lapi.Database.Add(Client);

        await EndsAsync(banned);
        await Eventually.TrueAsync(() => bench.Upstream.AbortedOf(Client) == 1);
        for (var message = 0; message < 3; message++)
        {
            Assert.Equal("tick", await other().WaitAsync(Eventually.DefaultDeadline));
        }

        Assert.Equal(0, bench.Upstream.AbortedOf(Neighbour));
        if (version == "2" && kind == "events")
        {
            // One, unless the client's pool was slow to offer the first one again.
            Assert.InRange(connections, 1, 2);
            Assert.Equal(connections, bench.Connections);
        }
    }

    private static async Task EndsAsync(Func<Task<string?>> read)
    {
        using var deadline = new CancellationTokenSource(Eventually.DefaultDeadline);
        try
        {
            while (await read().WaitAsync(deadline.Token) is not null)
            {
                // It goes on until the next poll.
            }

            Assert.Fail("It ended in order.");
        }
        catch (Exception ended) when (ended is IOException or WebSocketException)
        {
            // As it should.
        }
    }

    private static async Task<Func<Task<string?>>> OpenAsync(StreamBench bench, HttpMessageInvoker http, string kind, string version, string client)
    {
        var (url, number) = version == "2" ? (bench.Http2Url, HttpVersion.Version20) : (bench.Http1Url, HttpVersion.Version11);
        if (kind == "websocket")
        {
            var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("X-Forwarded-For", client);
            socket.Options.HttpVersion = number;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = "/websocket" }.Uri, http, CancellationToken.None);
            var buffer = new byte[100];
            return async () => await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } message
                ? Encoding.ASCII.GetString(buffer, 0, message.Count)
                : null;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/events")) { Version = number, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("X-Forwarded-For", client);
        var answer = await http.SendAsync(request, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        return reader.ReadLineAsync;
    }
}
