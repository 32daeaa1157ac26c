using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Proxies;

/// <summary>A real proxy in front of a server, on a loopback port. Clients are told apart by the loopback address they call from.</summary>
internal sealed class FrontProxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private FrontProxy(Process process, DirectoryInfo folder, string url) => (_process, _folder, Url) = (process, folder, url);

    internal string Url { get; }

    /// <summary>Starts one of <c>nginx appends</c>, <c>nginx sets</c> and <c>haproxy</c>, which speak HTTP, or one that passes bytes on
    /// behind a PROXY protocol header: <c>nginx stream</c>, <c>haproxy v1</c>, <c>haproxy v2</c> with a checksum, and
    /// <c>haproxy v2 ssl</c>, which ends TLS.</summary>
    internal static async Task<FrontProxy> StartAsync(string kind, string upstream)
    {
        var isNginx = kind.StartsWith("nginx", StringComparison.Ordinal);
        var program = (isNginx ? RequiredPart.Nginx : RequiredPart.HaProxy).PathOrSkip();
        var folder = Directory.CreateTempSubdirectory("bouncers-proxy-");
        var port = FreePort.Take();
        var target = new Uri(upstream).Authority;
        var file = Path.Combine(folder.FullName, "proxy.conf");
        if (kind == "nginx stream")
        {
            RequiredPart.NginxStream.PathOrSkip();
        }

        await File.WriteAllTextAsync(file, kind switch
        {
            "nginx stream" => NginxStream(folder.FullName, port, target),
            "haproxy" => HaProxy(port, target),
            _ when isNginx => Nginx(folder.FullName, port, target, kind),
            _ => ByteProxy(folder.FullName, port, target, kind),
        });
        string[] arguments = isNginx ? ["-p", folder.FullName, "-c", file, "-e", "stderr"] : ["-db", "-f", file];
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var proxy = new FrontProxy(process, folder, $"{(kind == "haproxy v2 ssl" ? "https" : "http")}://127.0.0.1:{port}");
        await Eventually.TrueAsync(() => IsListeningAsync(port), TimeSpan.FromSeconds(30), $"{kind} listens");
        return proxy;
    }

    /// <summary>What a client at a loopback address gets.</summary>
    internal async Task<HttpStatusCode> StatusAsync(string client, string? forwardedFor = null, string path = "/hello", string? token = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(client), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, Url + path);
        if (token is not null)
        {
            request.Headers.Add("Authorization", "Bearer " + token);
        }

        if (forwardedFor is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        }

        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>What haproxy itself says of the server behind it.</summary>
    internal async Task<string> StatisticsAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "stats")));
        await socket.SendAsync("show stat\n"u8.ToArray());
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            // Not yet: the caller asks again until its deadline.
            return false;
        }
    }

    private static string Nginx(string folder, int port, string target, string kind) => $$"""
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://{{target}};
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For {{(kind == "nginx sets" ? "$remote_addr" : "$proxy_add_x_forwarded_for")}};
            }
          }
        }
        """;

    private static string HaProxy(int port, string target) => $"""
        global
          maxconn 64
        defaults
          mode http
          timeout connect 5s
          timeout client 30s
          timeout server 30s
        frontend front
          bind 127.0.0.1:{port}
          option forwardfor
          default_backend back
        backend back
          server one {target}

        """;

    private static string NginxStream(string folder, int port, string target) => $$"""
        load_module {{RequiredPart.NginxStream.PathOrSkip()}};
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        daemon off;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        events { worker_connections 64; }
        stream {
          server {
            listen 127.0.0.1:{{port}};
            proxy_pass {{target}};
            proxy_protocol on;
          }
        }
        """;

    private static string ByteProxy(string folder, int port, string target, string kind)
    {
        var tls = "";
        if (kind == "haproxy v2 ssl")
        {
            File.WriteAllText(Path.Combine(folder, "front.pem"), CertificateAndKey());
            tls = $"ssl crt {folder}/front.pem alpn http/1.1";
        }

        var send = kind switch
        {
            "haproxy v1" => "send-proxy",
            "haproxy v2 ssl" => "send-proxy-v2-ssl",
            _ => "send-proxy-v2 proxy-v2-options crc32c",
        };
        return $"""
            global
              maxconn 64
              stats socket {folder}/stats
            defaults
              mode tcp
              timeout connect 5s
              timeout client 30s
              timeout server 30s
            frontend front
              bind 127.0.0.1:{port} {tls}
              default_backend back
            backend back
              option httpchk GET /hello
              server one {target} {send} check check-send-proxy inter 500 fall 1000

            """;
    }

    private static string CertificateAndKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
