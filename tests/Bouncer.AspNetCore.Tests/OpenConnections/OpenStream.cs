using System.Net;
using System.Net.WebSockets;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>Something a client has open at a site, seen from the client.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly OpenSite _site;
    private readonly string _client;
    private readonly CancellationTokenSource _leaving = new();
    private Func<Task>? _more;
    private HttpMessageInvoker? _owned;

    private OpenStream(OpenSite site, string client) => (_site, _client) = (site, client);

    internal static TheoryData<string> Kinds =>
        ["websocket/1", "websocket/2", "events/1", "events/2", "fetch/1", "lines/1", "lines/2", "page/1", "download/1", "download/2", "grpc/2", "upload/1", "upload/2", "later/1", "later/2"];

    /// <summary>Opens one, and returns when the server has begun with it.</summary>
    internal static async Task<OpenStream> OpenAsync(OpenSite site, string kind, string client, SocketsHttpHandler? handler = null, (string Name, string Value)? header = null)
    {
        var stream = new OpenStream(site, client);
        var (path, version) = kind.Split('/') is [var name, var number] ? (name, number) : (kind, "1");
        var http = new HttpMessageInvoker(handler ?? new SocketsHttpHandler { UseProxy = false }, disposeHandler: handler is null);
        stream._owned = handler is null ? http : null;
        if (path == "websocket")
        {
            await stream.OpenSocketAsync(http, version, header);
            return stream;
        }

        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(version == "2" ? site.Http2Url : site.Http1Url, path == "fetch" ? "events" : path))
        {
            Version = version == "2" ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("X-Forwarded-For", client);
        request.Headers.Add("Accept", path switch { "events" => "text/event-stream", "page" => "text/html", _ => "*/*" });
        if (header is { } more)
        {
            request.Headers.Add(more.Name, more.Value);
        }

        switch (path)
        {
            case "upload":
                await stream.UploadAsync(http, request);
                break;
            case "later":
                await stream.AskAsync(http, request);
                break;
            default:
                if (path == "grpc")
                {
                    request.Method = HttpMethod.Post;
                    request.Content = new ByteArrayContent([0, 0, 0, 0, 0]) { Headers = { { "Content-Type", "application/grpc" } } };
                }

                await stream.ReadAsync(http, request);
                break;
        }

        return stream;
    }

    /// <summary>Returns when the server ended it; fails if it ended in order.</summary>
    internal async Task EndsAsync()
    {
        while (true)
        {
            try
            {
                await _more!().WaitAsync(Eventually.DefaultDeadline);
            }
            catch (TimeoutException)
            {
                Assert.Fail("It goes on.");
            }
            catch (Exception ended) when (ended is IOException or HttpRequestException or WebSocketException or OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Returns when something more has come through it.</summary>
    internal async Task GoesOnAsync()
    {
        var more = _more!();
        _site.Beat();
        await more.WaitAsync(Eventually.DefaultDeadline);
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _owned?.Dispose();
    }

    private async Task OpenSocketAsync(HttpMessageInvoker http, string version, (string Name, string Value)? header)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Forwarded-For", _client);
        if (header is { } more)
        {
            socket.Options.SetRequestHeader(more.Name, more.Value);
        }

        socket.Options.HttpVersion = version == "2" ? HttpVersion.Version20 : HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var url = new UriBuilder(version == "2" ? _site.Http2Url : _site.Http1Url) { Scheme = "ws", Path = "/websocket" };
        await socket.ConnectAsync(url.Uri, http, CancellationToken.None);
        var buffer = new byte[100];
        _more = () => socket.ReceiveAsync(buffer, _leaving.Token);
        await _more();
    }

    private async Task ReadAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        var answer = await http.SendAsync(request, _leaving.Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        _more = async () => Assert.Equal("tick", await reader.ReadLineAsync(_leaving.Token));
        await _more();
    }

    private async Task AskAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        var before = _site.ReceivedOf(_client);
        var answer = http.SendAsync(request, _leaving.Token);
        _more = () => answer;
        await Eventually.TrueAsync(() => _site.ReceivedOf(_client) > before);
    }

    private async Task UploadAsync(HttpMessageInvoker http, HttpRequestMessage request)
    {
        var content = new PushedContent();
        request.Method = HttpMethod.Post;
        request.Content = content;
        var answer = http.SendAsync(request, _leaving.Token);
        _more = () =>
        {
            var before = _site.ReceivedOf(_client);
            return Eventually.TrueAsync(async () =>
            {
                content.Push();
                if (answer.IsCompleted)
                {
                    await answer;
                }

                return _site.ReceivedOf(_client) > before;
            });
        };
        await _more();
    }
}
