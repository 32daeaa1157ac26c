using System.Security.Cryptography.X509Certificates;
using Bouncer.Lapi;
using Bouncer.Tests.Lapi;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Connections;

/// <summary>The certificate by which LAPI knows the bouncer.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string Password = "pass:word";

    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _client;

    public ClientCertificateTests() => (_server, _client) = (_authority.Issue("CN=lapi", "127.0.0.1"), _authority.Issue("CN=web1, OU=bouncers"));

    public static TheoryData<string> Forms => ["pem", "pem+key", "pem+encrypted", "pem+encrypted+file", "pfx", "pfx+password"];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
        _server.Dispose();
        _client.Dispose();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Certificate_InEachForm_IsSentInPlaceOfAKey(string form)
    {
        await using var lapi = await TlsLapi.StartAsync(_server, requiresCertificate: true);

        await LapiClients.PullAsync(lapi.Url, options =>
        {
            options.ApiKey = null;
            Write(options.Tls, form);
        });

        Assert.Equal((_client.Thumbprint, null), lapi.Calls.Select(call => (call.Thumbprint, call.Key)).Single());
    }

    [Fact]
    public async Task CertificateAndKey_AreBothSent()
    {
        await using var lapi = await TlsLapi.StartAsync(_server);

        await LapiClients.PullAsync(lapi.Url, options => Write(options.Tls, "pem"));

        Assert.Equal((_client.Thumbprint, LapiClients.Key), lapi.Calls.Select(call => (call.Thumbprint, call.Key)).Single());
    }

    [Fact]
    public async Task Certificate_RefusedWith403_IsNamedWithWhatToCheck()
    {
        await using var lapi = await TlsLapi.StartAsync(_server, context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });

        var failure = await LapiClients.FailAsync(lapi.Url, options => Write(options.Tls, "pem"));

        Assert.Equal(LapiErrorKind.Forbidden, failure.Kind);
        Assert.Equal(
            $"LAPI at {lapi.Url} refused the client certificate 'CN=web1, OU=bouncers' (status 403, application/json). Its OU must be one of api.server.tls.bouncers_allowed_ou, "
            + "and it must not be revoked; a key does not count beside it. LAPI's log has the reason, or LAPI's database failed.",
            failure.Message);
    }

    [Theory]
    [InlineData(116, "it requires a client certificate, and none was sent")]
    [InlineData(48, "it does not know the authority that issued the client certificate")]
    [InlineData(45, "the client certificate has expired or is not valid yet")]
    [InlineData(44, "the client certificate was revoked")]
    [InlineData(42, "it does not accept the client certificate, perhaps because it has expired or comes from an authority that it does not know")]
    [InlineData(46, "it does not accept the client certificate")]
    [InlineData(43, "it does not accept this kind of client certificate")]
    [InlineData(49, "the client certificate has no access")]
    public async Task R5_AlertOfTheServer_SaysWhy(byte alert, string reason)
    {
        await using var server = new RawServer((socket, token) => RawServer.SendAsync(socket, [0x15, 3, 1, 0, 2, 2, alert], token));
        var url = new UriBuilder(server.Url) { Scheme = "https" }.Uri;

        var with = await LapiClients.FailAsync(url, options => Write(options.Tls, "pem"));
        var without = await LapiClients.FailAsync(url);

        Assert.Equal($"No secure connection to LAPI at {url} could be made: {reason}.", with.Message);
        Assert.Equal($"No secure connection to LAPI at {url} could be made: it requires a client certificate, and none was sent.", without.Message);
    }

    private void Write(CrowdSecTlsOptions tls, string form)
    {
        tls.CaFile = _folder.Write("ca.pem", _authority.Pem);
        (tls.CertificateFile, tls.KeyFile, tls.KeyPassword, tls.KeyPasswordFile) = form switch
        {
            "pem" => (_folder.Write("both.pem", _client.ExportCertificatePem() + "\n" + File.ReadAllText(_folder.WriteKey("key.pem", _client))), (string?)null, (string?)null, (string?)null),
            "pem+key" => (_folder.WriteCertificate("client.pem", _client), _folder.WriteKey("key.pem", _client), null, null),
            "pem+encrypted" => (_folder.WriteCertificate("client.pem", _client), _folder.WriteKey("key.pem", _client, Password), Password, null),
            "pem+encrypted+file" => (_folder.WriteCertificate("client.pem", _client), _folder.WriteKey("key.pem", _client, Password), null, _folder.Write("password", Password + "\n")),
            "pfx" => (_folder.Write("client.pfx", _client.Export(X509ContentType.Pfx)), null, null, null),
            _ => (_folder.Write("client.pfx", _client.Export(X509ContentType.Pfx, Password)), null, Password, null),
        };
    }
}
