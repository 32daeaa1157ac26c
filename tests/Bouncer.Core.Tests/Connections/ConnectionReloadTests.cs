using System.Security.Cryptography.X509Certificates;
using Bouncer.Tests.Settings;
using Bouncer.TestUtils;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Tests.Connections;

/// <summary>Changed settings of the connection take effect with the next poll.</summary>
public sealed class ConnectionReloadTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly X509Certificate2 _server;

    public ConnectionReloadTests() => _server = _authority.Issue("CN=lapi", "127.0.0.1");

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Tls_Changed_TakesEffectAtOnce_AndAnotherCertificateAsksForTheWholeList()
    {
        await using var lapi = await TlsLapi.StartAsync(_server);
        await using var engine = await ReloadFixture.StartAsync(
            ("Lapi:Url", lapi.Url.ToString()), ("Lapi:Tls:CaFile", _folder.Write("ca.pem", _authority.Pem)), ("Lapi:Tls:CertificateFile", Write("first")));
        await engine.PullAsync();
        await engine.PullAsync();
        engine.Change(("Lapi:Tls:CertificateFile", Write("second")));
        await engine.PullAsync();
        engine.Change(("Lapi:Timeout", "00:00:20"));
        await engine.PullAsync();

        Assert.Equal(
            ["CN=first true", "CN=first false", "CN=second true", "CN=second false"],
            lapi.Calls.Where(call => call.PathAndQuery.Contains("/stream?", StringComparison.Ordinal))
                .Select(call => $"{call.Subject} {(call.PathAndQuery.Contains("startup=true", StringComparison.Ordinal) ? "true" : "false")}"));
    }

    [Fact]
    public async Task Tls_ChangedToABrokenFile_IsRefusedAndTheRestStays()
    {
        await using var lapi = await TlsLapi.StartAsync(_server);
        await using var engine = await ReloadFixture.StartAsync(("Lapi:Url", lapi.Url.ToString()), ("Lapi:Tls:CaFile", _folder.Write("ca.pem", _authority.Pem)));
        engine.Change(("Lapi:Tls:CaFile", _folder.Write("broken.pem", "no certificate")));
        await engine.PullAsync();

        Assert.Single(lapi.Calls, call => call.PathAndQuery.Contains("/stream?", StringComparison.Ordinal));
        Assert.Contains(engine.Log.GetSnapshot(), line => line.Id.Id == 1129 && line.Message.Contains("which has no certificate in PEM form", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verification_Skipped_IsLoggedAndDegradesTheHealth_UntilItIsNot()
    {
        await using var lapi = await TlsLapi.StartAsync(_server);
        await using var engine = await ReloadFixture.StartAsync(
            ("Lapi:Url", lapi.Url.ToString()), ("Lapi:Tls:SkipVerification", "true"), ("Sync:Startup", "AllowUntilReady"));
        await engine.Service.StartingAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => engine.Bouncer.Status.LastSuccess is not null);

        Assert.Single(engine.Log.GetSnapshot(), line => line.Id.Id == 1130);
        var skipped = await engine.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, skipped.Status);
        Assert.Contains("Bouncer:Lapi:Tls:SkipVerification is on", skipped.Description, StringComparison.Ordinal);

        engine.Change(("Lapi:Tls:SkipVerification", "false"), ("Lapi:Tls:CaFile", _folder.Write("ca.pem", _authority.Pem)));
        Assert.Equal(HealthStatus.Healthy, (await engine.HealthAsync()).Status);
        Assert.Single(engine.Log.GetSnapshot(), line => line.Id.Id == 1130);
    }

    private string Write(string name)
    {
        using var certificate = _authority.Issue("CN=" + name);
        return _folder.Write(name + ".pem", certificate.ExportCertificatePem() + "\n" + File.ReadAllText(_folder.WriteKey("key.pem", certificate)));
    }
}
