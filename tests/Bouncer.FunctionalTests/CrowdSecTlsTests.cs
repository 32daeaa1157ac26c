using System.Net;
using System.Security.Cryptography.X509Certificates;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.FunctionalTests;

/// <summary>A real CrowdSec over TLS, with client certificates of its own authority: R5.</summary>
public sealed class CrowdSecTlsTests : IDisposable
{
    private const string Client = "192.0.2.10";

    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly X509Certificate2 _revoked;

    public CrowdSecTlsTests() => _revoked = _authority.Issue("CN=revoked, OU=bouncers");

    /// <summary>CrowdSec 1.4.6 sends one alert for several faults; newer ones tell them apart.</summary>
    public static TheoryData<string, string> Refusals => new()
    {
        { "OU=agents", " refused the client certificate 'CN=web1, OU=agents' (status 403, application/json). Its OU must be one of api.server.tls.bouncers_allowed_ou" },
        { "revoked", " refused the client certificate 'CN=revoked, OU=bouncers' (status 403, application/json). Its OU must be one of api.server.tls.bouncers_allowed_ou, and it must not be revoked" },
        { "expired", "could be made: it does not accept the client certificate, perhaps because it has expired or comes from an authority that it does not know." },
        { "unknown", "could be made: it does not accept the client certificate, perhaps because it has expired or comes from an authority that it does not know." },
        { "none", "could be made: it requires a client certificate, and none was sent." },
    };

    public void Dispose()
    {
        _revoked.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ClientCertificate_IsEnough_AlsoForTheGatewayAheadOfTime()
    {
        await using var crowdSec = await StartAsync();
        await crowdSec.AddDecisionAsync(Client);
        using var certificate = _authority.Issue("CN=web1, OU=bouncers");
        await using var gateway = await GatewayProcess.StartAsync(
            crowdSec.Url,
            "",
            ("Bouncer:Lapi:ApiKey", null),
            ("Bouncer:Lapi:Tls:CaFile", _folder.PathOf("ca.pem")),
            ("Bouncer:Lapi:Tls:CertificateFile", _folder.WriteCertificate("web1.pem", certificate)),
            ("Bouncer:Lapi:Tls:KeyFile", _folder.WriteKey("web1-key.pem", certificate, "password")),
            ("Bouncer:Lapi:Tls:KeyPassword", "password"));

        await gateway.BecomesAsync(Client, HttpStatusCode.Forbidden);
        await crowdSec.DeleteDecisionsAsync(Client);
        await gateway.BecomesAsync(Client, HttpStatusCode.OK);
        Assert.Contains("web1@127.0.0.1", await crowdSec.RunCscliAsync("bouncers", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_OverTls_IsEnough()
    {
        await using var crowdSec = await StartAsync();
        using var host = Host(crowdSec, options => options.ApiKey = CrowdSecServer.ApiKey);
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Null(StatusOf(host).LastError);
        Assert.NotNull(StatusOf(host).LastSuccess);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task R5_ClientCertificate_ThatIsRefused_SaysWhy(string which, string error)
    {
        using var ours = _authority.Issue("CN=tests");
        await using var crowdSec = await StartAsync(which == "none" ? ours : null);
        using var stranger = new TestAuthority("Stranger");
        using var certificate = which switch
        {
            "revoked" => X509CertificateLoader.LoadPkcs12(_revoked.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable),
            "expired" => _authority.Issue("CN=web1, OU=bouncers", from: -10, to: -5),
            "unknown" => stranger.Issue("CN=web1, OU=bouncers"),
            _ => _authority.Issue($"CN=web1, {(which.StartsWith("OU", StringComparison.Ordinal) ? which : "OU=bouncers")}"),
        };
        using var host = Host(crowdSec, options =>
        {
            // A good key does not count.
            options.ApiKey = CrowdSecServer.ApiKey;
            if (which != "none")
            {
                (options.Tls.CertificateFile, options.Tls.KeyFile) = (_folder.WriteCertificate("client.pem", certificate), _folder.WriteKey("client-key.pem", certificate));
            }
        });
        await host.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => StatusOf(host).LastError?.Contains(error, StringComparison.Ordinal) == true, what: $"'{StatusOf(host).LastError}' contains '{error}'");
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static BouncerStatus StatusOf(IHost host) => host.Services.GetRequiredService<IBouncer>().Status;

    private IHost Host(CrowdSecServer crowdSec, Action<LapiOptions> configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddBouncerCore(options =>
        {
            (options.Lapi.Url, options.Lapi.Tls.CaFile) = (crowdSec.Url, _folder.PathOf("ca.pem"));
            (options.Sync.Interval, options.Sync.StartupTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            configure(options.Lapi);
        });
        return builder.Build();
    }

    private Task<CrowdSecServer> StartAsync(X509Certificate2? required = null)
    {
        using var server = _authority.Issue("CN=lapi", "127.0.0.1");
        _folder.Write("ca.pem", _authority.Pem);
        var list = _folder.Write("crl.pem", System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", _authority.Revoke(_revoked)));
        return CrowdSecServer.StartAsync(tls: new(
            _folder.WriteCertificate("server.pem", server), _folder.WriteKey("server-key.pem", server), _folder.PathOf("ca.pem"), list, required));
    }
}
