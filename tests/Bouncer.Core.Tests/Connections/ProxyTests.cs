using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.Connections;
using Bouncer.Tests.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Connections;

/// <summary>The proxy on the way to LAPI.</summary>
public sealed class ProxyTests
{
    private const string User = "web%31:s%3Acret";
    private const string Authorization = "Proxy-Authorization: Basic d2ViMTpzOmNyZXQ=";

    [Fact]
    public async Task Proxy_ThatIsSet_IsUsedAlsoForALapiOnThisMachine()
    {
        await using var proxy = new RawServer(async (socket, token) =>
            await RawServer.SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {TlsLapi.Empty.Length}\r\n\r\n{TlsLapi.Empty}", token));

        await LapiClients.PullAsync(new Uri("http://192.0.2.1:8080/"), options => options.Proxy = proxy.Url.ToString());
        await LapiClients.PullAsync(new Uri("http://127.0.0.1:1/"), options => options.Proxy = proxy.Url.ToString());

        Assert.Equal(2, proxy.ConnectionCount);
    }

    [Fact]
    public async Task Proxy_WithUserAndPassword_GetsThem_ForATunnel()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("CN=lapi", "127.0.0.1");
        using var folder = new CertificateFolder();
        await using var lapi = await TlsLapi.StartAsync(certificate);
        await using var proxy = new TunnelProxy(Authorization);

        await LapiClients.PullAsync(lapi.Url, options => (options.Proxy, options.Tls.CaFile) = ($"http://{User}@{proxy.Url.Authority}", folder.Write("ca.pem", authority.Pem)));

        Assert.Equal("HTTP/2", Assert.Single(lapi.Calls).Protocol);
        Assert.Contains(proxy.Heads, head => head.StartsWith($"CONNECT 127.0.0.1:{lapi.Url.Port} ", StringComparison.Ordinal) && head.Contains(Authorization, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Proxy_ThatWantsAUser_SaysWhereToWriteIt()
    {
        await using var proxy = new TunnelProxy(Authorization);

        var tunnel = await LapiClients.FailAsync(new Uri("https://192.0.2.1:8080/"), options => options.Proxy = proxy.Url.ToString());
        var plain = await LapiClients.FailAsync(new Uri("http://192.0.2.1:8080/"), options => options.Proxy = proxy.Url.ToString());

        Assert.Equal(
            $"No connection to LAPI at https://192.0.2.1:8080/ through the proxy {proxy.Url} could be made: the proxy answered with status 407, so it wants a user name and a password in its URL.",
            tunnel.Message);
        Assert.Equal($"The proxy {proxy.Url} wants a user name and a password (status 407): write them in Bouncer:Lapi:Proxy.", plain.Message);
    }

    [Fact]
    public async Task Proxy_ThatIsDown_IsNamedWithoutItsPassword()
    {
        var port = FreePort.Take();

        var failure = await LapiClients.FailAsync(new Uri("http://192.0.2.1:8080/"), options => options.Proxy = $"http://{User}@127.0.0.1:{port}");

        Assert.Equal(
            $"No connection to LAPI at http://192.0.2.1:8080/ through the proxy http://127.0.0.1:{port}/ could be made: it was refused, so nothing listens there.",
            failure.Message);
        Assert.DoesNotContain("cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "http://192.0.2.1:8080/", "http://203.0.113.3:3128/")]
    [InlineData(null, "http://127.0.0.1:8080/", null)]
    [InlineData("none", "http://192.0.2.1:8080/", null)]
    [InlineData("http://203.0.113.4:3128", "http://192.0.2.1:8080/", "http://203.0.113.4:3128/")]
    [InlineData("socks5://203.0.113.4:1080", "http://127.0.0.1:8080/", "socks5://203.0.113.4:1080/")]
    [InlineData("http://203.0.113.4:3128", "unix:///run/lapi.sock", null)]
    public void Proxy_IsTheOneThatIsSet_OrElseTheMachines(string? setting, string lapi, string? expected)
    {
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("http://203.0.113.3:3128/");
        try
        {
            Assert.Equal(expected, new ConnectionSettings("Bouncer:Lapi", new Uri(lapi), setting, TimeSpan.FromSeconds(1), new()).Via);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    /// <summary>An HTTP proxy that answers 407 without the right header, and else makes a tunnel.</summary>
    private sealed class TunnelProxy : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly List<Task> _serving = [];
        private readonly string _authorization;
        private readonly Task _accepting;

        internal TunnelProxy(string authorization)
        {
            _authorization = authorization;
            _listener.Start();
            _accepting = AcceptAsync();
        }

        internal Uri Url => new($"http://{_listener.LocalEndpoint}/");

        internal ConcurrentQueue<string> Heads { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _accepting;
            _listener.Stop();
            await Task.WhenAll(_serving);
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                }
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    var stream = client.GetStream();
                    while (true)
                    {
                        var head = await ReadHeadAsync(stream);
                        Heads.Enqueue(head);
                        if (head.Contains(_authorization, StringComparison.Ordinal))
                        {
                            await TunnelAsync(stream, head);
                            return;
                        }

                        await stream.WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
                    }
                }
                catch (Exception error) when (error is IOException or OperationCanceledException)
                {
                    // The client went away, or the test is over.
                }
            }
        }

        private async Task<string> ReadHeadAsync(NetworkStream stream)
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(one, _stop.Token);
                head.Append((char)one[0]);
            }

            return head.ToString();
        }

        private async Task TunnelAsync(NetworkStream stream, string head)
        {
            using var server = new TcpClient();
            await server.ConnectAsync(IPEndPoint.Parse(head.Split(' ')[1]), _stop.Token);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _stop.Token);
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _stop.Token), server.GetStream().CopyToAsync(stream, _stop.Token));
        }
    }
}
