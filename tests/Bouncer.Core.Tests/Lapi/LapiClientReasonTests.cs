using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bouncer.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lapi;

/// <summary>The sentence for the operator names what lies under a failure: A5.</summary>
public sealed class LapiClientReasonTests
{
    private const string TlsHint = " If that port speaks TLS, Bouncer:Lapi:Url must begin with https://.";

    [Fact]
    public async Task U14_NothingListens_NamesTheUrlAndThatItWasRefused()
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Take()}/");

        var failure = await LapiClients.FailAsync(url);

        Assert.Equal($"No connection to LAPI at {url} could be made: it was refused, so nothing listens there.", failure.Message);
    }

    [Fact]
    public async Task ASilentServer_NamesTheUrlAndTheTimeout()
    {
        await using var server = new RawServer((_, token) => RawServer.HangAsync(token));

        var failure = await LapiClients.FailAsync(server.Url, options => options.Timeout = TimeSpan.FromMilliseconds(10));

        Assert.Equal($"LAPI at {server.Url} did not answer in time.", failure.Message);
    }

    [Fact]
    public async Task R5_HttpWhereTlsIsAsked_SaysThatItDoesNotSpeakTls()
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, "HTTP/1.1 400 Bad Request\r\n\r\n", token));

        var failure = await LapiClients.FailAsync(new UriBuilder(server.Url) { Scheme = "https" }.Uri);

        Assert.Contains($"No secure connection to LAPI at https://127.0.0.1:{server.Url.Port}/ could be made: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("the handshake failed, so perhaps it speaks no TLS there, or no version of it that this machine accepts.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R5_ACertificateOfAnUnknownAuthority_SaysSo()
    {
        var failure = await FailWithAsync("127.0.0.1", -1, 1);

        Assert.EndsWith("could be made: its certificate comes from an authority that this machine does not trust; CaFile can name it.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R5_ACertificateForAnotherHost_SaysSo()
    {
        var failure = await FailWithAsync("192.0.2.7", -1, 1);

        Assert.Contains("its certificate is for another host name", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R5_AnExpiredCertificate_SaysSo()
    {
        var failure = await FailWithAsync("127.0.0.1", -10, -5);

        Assert.Contains("its certificate expired on ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "<html>", "What answers at Bouncer:Lapi:Url is no LAPI (status 200, text/html).")]
    [InlineData("application/json", "{\"new\": ", "The answer of LAPI at URL is no list of decisions, or is incomplete (status 200, application/json).")]
    [InlineData(null, "hello", "The answer of LAPI at URL is no list of decisions, or is incomplete (status 200, no content type).")]
    public async Task U14_AnAnswerThatIsNotLapis_NamesStatusAndContentType(string? contentType, string body, string expected)
    {
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.BodyWriter.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
        });

        Assert.Equal(expected.Replace("URL", lapi.Url.ToString(), StringComparison.Ordinal), (await LapiClients.FailAsync(lapi.Url)).Message);
    }

    [Theory]
    [InlineData(301, "text/html", "Bouncer:Lapi:Url leads to a redirect (status 301, text/html), which is not followed so that the key stays there.")]
    [InlineData(400, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI (status 400, text/html)." + TlsHint)]
    [InlineData(400, null, "LAPI at URL does not offer what was asked (status 400, no content type)." + TlsHint)]
    [InlineData(400, "application/json", "LAPI at URL does not offer what was asked (status 400, application/json).")]
    [InlineData(401, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI, perhaps a proxy before it (status 401, text/html).")]
    [InlineData(403, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI, perhaps a proxy before it (status 403, text/html).")]
    [InlineData(403, "application/json", "LAPI at URL refused the credentials (status 403, application/json). The key may be wrong, or LAPI's database failed.")]
    [InlineData(404, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI (status 404, text/html).")]
    [InlineData(407, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI (status 407, text/html).")]
    [InlineData(418, "text/html", "What answers at Bouncer:Lapi:Url is no LAPI (status 418, text/html).")]
    [InlineData(429, "application/json", "LAPI at URL asked to be called later (status 429, application/json).")]
    [InlineData(429, "text/html", "What answers at Bouncer:Lapi:Url, perhaps a proxy before LAPI, asked to be called later (status 429, text/html).")]
    [InlineData(503, "text/html", "What answers at Bouncer:Lapi:Url, perhaps a proxy before LAPI, asked to be called later (status 503, text/html).")]
    [InlineData(500, "application/json", "LAPI at URL answered with status 500, application/json.")]
    [InlineData(502, "text/html", "What answers at Bouncer:Lapi:Url, perhaps a proxy before LAPI, answered with status 502, text/html.")]
    public async Task U14_AStatusThatIsNotRight_NamesTheContentTypeToo(int status, string? contentType, string expected)
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
            return Task.CompletedTask;
        });

        var failure = await LapiClients.FailAsync(lapi.Url);

        Assert.Equal(expected.Replace("URL", lapi.Url.ToString(), StringComparison.Ordinal), failure.Message);
        Assert.Equal(status == 403 && contentType == "application/json", failure.Kind == LapiErrorKind.Forbidden);
    }

    [Theory]
    [InlineData("", "it was closed before the answer was complete." + TlsHint)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "what answers does not speak HTTP as it should (InvalidResponse)." + TlsHint)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n", "what answers does not speak HTTP as it should (InvalidResponse)." + TlsHint)]
    public async Task U14_AConnectionThatFails_SaysHow(string answer, string reason)
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, answer, token));

        Assert.Equal($"The connection to LAPI at {server.Url} failed: {reason}", (await LapiClients.FailAsync(server.Url)).Message);
    }

    [Fact]
    public async Task U14_HeadersThatAreTooLong_AreNamed()
    {
        await using var server = new RawServer((socket, token) =>
            RawServer.SendAsync(socket, $"HTTP/1.1 200 OK\r\nX-Long: {new string('a', 20_000)}\r\n\r\n", token));

        Assert.Equal(
            $"The connection to LAPI at {server.Url} failed: the headers of the answer are too long (ConfigurationLimitExceeded).",
            (await LapiClients.FailAsync(server.Url)).Message);
    }

    [Fact]
    public async Task R5_AnotherVersionOfTls_SaysSo()
    {
        // The fatal alert protocol_version.
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, [0x15, 3, 1, 0, 2, 2, 70], token));

        var failure = await LapiClients.FailAsync(new UriBuilder(server.Url) { Scheme = "https" }.Uri);

        Assert.EndsWith("could be made: it speaks no version of TLS that this machine accepts.", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<LapiException> FailWithAsync(string address, int fromDays, int toDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lapi.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(fromDays), now.AddDays(toDays));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);

        var failure = await LapiClients.FailAsync(new Uri($"https://{listener.LocalEndpoint}/"));

        await serving;
        Assert.Equal(LapiErrorKind.Unreachable, failure.Kind);
        return failure;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            await tls.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        }
        catch (Exception refused) when (refused is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client does not like the certificate, which is what these tests are about.
        }
    }
}
