using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;

/// <summary>A real server with endpoints that expect the PROXY protocol: HTTP/1.1, HTTP/2, and both behind TLS. Its page <c>/who</c>
/// tells what the request's connection says.</summary>
internal static class ProxyProtocolSite
{
    internal const string Local = "198.51.100.2";

    internal static byte[] HeaderOf(string client) => ProxyHeaders.V2(new IPEndPoint(IPAddress.Parse(client), 56324), new IPEndPoint(IPAddress.Parse(Local), 443));

    internal static Task<TestSite> StartAsync(params string[] networks) => StartAsync(null, networks);

    internal static async Task<TestSite> StartAsync(Action<WebApplicationBuilder>? configure, string[] networks) => await TestSite.StartAsync(
        pipeline: app =>
        {
            app.UseBouncer();
            app.MapGet("/who", (HttpContext context) =>
                $"{context.Connection.RemoteIpAddress} {context.Connection.RemotePort} {context.Connection.LocalIpAddress} {context.Connection.LocalPort} {context.Request.Protocol} {context.Request.Scheme} {context.CameThroughProxy()}");
        },
        configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection(networks.Select((network, at) => KeyValuePair.Create($"Bouncer:Proxies:Networks:{at}", (string?)network)));
            builder.Services.BindBouncerHttp();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol().Protocols = HttpProtocols.Http1);
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol().Protocols = HttpProtocols.Http2);
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseProxyProtocol().UseHttps(Certificate()));
            });
            configure?.Invoke(builder);
        },
        state: EngineState.Live);

    /// <summary>The ports of the endpoints, in the order of the kinds above.</summary>
    internal static int PortOf(this TestSite site, string kind) =>
        new Uri(site.App.Urls.ElementAt(kind switch { "http1" => 2, "http2" => 3, _ => 4 })).Port;

    /// <summary>Sends a header and then a request; the whole answer, or an empty text from a connection that was closed.</summary>
    internal static async Task<string> SendAsync(this TestSite site, byte[] header, string path = "/who", string? headers = null, string from = "127.0.0.1")
    {
        var request = $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n";
        try
        {
            using var socket = await ConnectAsync(site.PortOf("http1"), from);
            await socket.SendAsync((byte[])[.. header, .. Encoding.Latin1.GetBytes(request)]);
            using var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
            return await reader.ReadToEndAsync();
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            // A connection that was reset; what a closed one says depends on who was faster.
            return "";
        }
    }

    /// <summary>Asks with the framework's own client, which speaks HTTP/2 and TLS, over a connection that begins with a header.</summary>
    internal static async Task<string> GetAsync(this TestSite site, string kind, byte[] header, string path = "/who")
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = await ConnectAsync(context.DnsEndPoint.Port, "127.0.0.1");
                await socket.SendAsync(header, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var isHttp2 = kind.EndsWith('2');
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{(kind.StartsWith("tls", StringComparison.Ordinal) ? "https" : "http")}://127.0.0.1:{site.PortOf(kind)}{path}")
        {
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static async Task<Socket> ConnectAsync(int port, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
