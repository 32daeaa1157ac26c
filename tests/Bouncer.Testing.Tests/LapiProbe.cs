using System.Net;
using System.Net.Sockets;

namespace Bouncer.Testing.Tests;

/// <summary>A bouncer that asks by hand.</summary>
public sealed class LapiProbe : IDisposable
{
    private readonly HttpClient _http;

    public LapiProbe(Uri url, string? key, string? from = null)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectCallback = (context, ct) => ConnectAsync(context, from, ct) })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        _http.DefaultRequestHeaders.Add("User-Agent", "probe/1.0");
    }

    public Task<LapiAnswer> StreamAsync(string query = "") => GetAsync("v1/decisions/stream" + query);

    public Task<LapiAnswer> StartupAsync(string more = "") => StreamAsync("?startup=true" + more);

    public Task<LapiAnswer> LiveAsync(string query) => GetAsync("v1/decisions" + query);

    public Task<LapiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<LapiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        // The text of a path must travel as it stands: Uri would mend what these tests break on purpose.
        var uri = new Uri(_http.BaseAddress!.GetLeftPart(UriPartial.Authority) + "/" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var length = answer.Content.Headers.ContentLength;
        var body = await answer.Content.ReadAsStringAsync();
        return new LapiAnswer(
            answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), length, answer.Headers.TransferEncodingChunked ?? false, body);
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, string? from, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
        {
            socket.Dispose();
            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        await socket.ConnectAsync(context.DnsEndPoint, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
