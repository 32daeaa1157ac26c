using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bouncer.Lapi;
using Bouncer.Tests.Lapi;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;

namespace Bouncer.Tests.Connections;

/// <summary>Which servers LAPI's client accepts; each refusal says which check failed: R5.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();

    private string CaFile => _folder.Write("ca.pem", _authority.Pem);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Certificate_OfTheAuthorityInCaFile_IsTrusted_OverHttp2()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");
        await using var lapi = await TlsLapi.StartAsync(certificate);

        await LapiClients.PullAsync(lapi.Url, options => options.Tls.CaFile = CaFile);

        Assert.Equal(("HTTP/2", LapiClients.Key), lapi.Calls.Select(call => (call.Protocol, call.Key)).Single());
    }

    [Fact]
    public async Task R5_CertificateOfAnotherAuthority_SaysThatCaFileHasItNot()
    {
        using var other = new TestAuthority("Other");
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");

        Assert.Equal("its certificate comes from an authority that is not in CaFile", await RefusalAsync(certificate, tls => tls.CaFile = _folder.Write("other.pem", other.Pem)));
    }

    [Fact]
    public async Task R5_CertificateOfAPrivateAuthorityWithoutCaFile_NamesTheSetting()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");

        Assert.Equal("its certificate comes from an authority that this machine does not trust; CaFile can name it", await RefusalAsync(certificate, _ => { }));
    }

    [Fact]
    public async Task R5_CertificateForAnotherAddress_SaysSo()
    {
        using var certificate = _authority.Issue("CN=lapi", "192.0.2.7");

        Assert.Equal("its certificate is for another host name", await RefusalAsync(certificate));
    }

    [Fact]
    public async Task R5_CertificateThatExpired_SaysWhen()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1", from: -10, to: -5);

        Assert.Equal($"its certificate expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", await RefusalAsync(certificate));
    }

    [Fact]
    public async Task R5_CertificateThatIsNotValidYet_SaysFromWhen()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1", from: 5, to: 10);

        Assert.Equal($"its certificate is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", await RefusalAsync(certificate));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R5_CertificateOnARevocationList_SaysSo_IfItIsChecked(bool isChecked)
    {
        byte[] list = [];
        await using var lists = await FakeLapi.StartAsync(context => context.Response.Body.WriteAsync(list).AsTask());
        using var revoked = _authority.Issue("CN=lapi", "127.0.0.1", revocationList: new Uri(lists.Url, "/ca.crl").AbsoluteUri);
        using var good = _authority.Issue("CN=lapi", "127.0.0.1", revocationList: new Uri(lists.Url, "/ca.crl").AbsoluteUri);
        list = _authority.Revoke(revoked);
        await using var lapi = await TlsLapi.StartAsync(isChecked ? good : revoked);

        await LapiClients.PullAsync(lapi.Url, options => (options.Tls.CaFile, options.Tls.CheckRevocation) = (CaFile, isChecked));
        if (isChecked)
        {
            Assert.Equal("its certificate was revoked", await RefusalAsync(revoked, tls => (tls.CaFile, tls.CheckRevocation) = (CaFile, true)));
        }
    }

    [Fact]
    public async Task R5_RevocationThatCannotBeFoundOut_SaysSo()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");

        Assert.Equal(
            "whether its certificate was revoked cannot be found out, which CheckRevocation requires",
            await RefusalAsync(certificate, tls => (tls.CaFile, tls.CheckRevocation) = (CaFile, true)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pin_OfTheKey_IsChecked_AlsoIfNothingElseIs(bool skips)
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");
        using var other = _authority.Issue("CN=other", "127.0.0.1");
        await using var lapi = await TlsLapi.StartAsync(certificate);

        // The second pin is the next key's.
        await LapiClients.PullAsync(lapi.Url, options => Set(options, [PinOf(other), PinOf(certificate)["sha256//".Length..]]));
        var refusal = await LapiClients.FailAsync(lapi.Url, options => Set(options, [PinOf(other)]));

        Assert.Equal($"No secure connection to LAPI at {lapi.Url} could be made: its certificate has none of the pinned keys; its own is {PinOf(certificate)}.", refusal.Message);

        void Set(LapiOptions options, string[] pins) => (options.Tls.CaFile, options.Tls.SkipVerification, options.Tls.Pins) = (skips ? null : CaFile, skips, pins);
    }

    [Fact]
    public async Task Verification_Skipped_AcceptsAnything()
    {
        using var certificate = _authority.Issue("CN=elsewhere", "192.0.2.7", from: -10, to: -5);
        await using var lapi = await TlsLapi.StartAsync(certificate);

        await LapiClients.PullAsync(lapi.Url, options => options.Tls.SkipVerification = true);

        Assert.Single(lapi.Calls);
    }

    [Fact]
    public async Task Answer_AbandonedOverHttp2_IsNotReadToItsEnd()
    {
        using var certificate = _authority.Issue("CN=lapi", "127.0.0.1");
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lapi = await TlsLapi.StartAsync(certificate, async context =>
        {
            using var end = context.RequestAborted.Register(() => aborted.TrySetResult());
            var part = new byte[16 * 1024];
            part.AsSpan().Fill((byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(part);
            }
        });

        var failure = await LapiClients.FailAsync(lapi.Url, options => (options.Tls.CaFile, options.MaxResponseBytes) = (CaFile, 100_000));

        Assert.Equal(LapiErrorKind.TooLarge, failure.Kind);
        Assert.Equal("HTTP/2", lapi.Calls.Single().Protocol);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static string PinOf(X509Certificate2 certificate) =>
        "sha256//" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private Task<string> RefusalAsync(X509Certificate2 certificate) => RefusalAsync(certificate, tls => tls.CaFile = CaFile);

    /// <summary>The reason in the refusal of a server with this certificate.</summary>
    private static async Task<string> RefusalAsync(X509Certificate2 certificate, Action<CrowdSecTlsOptions> configure)
    {
        await using var lapi = await TlsLapi.StartAsync(certificate);

        var failure = await LapiClients.FailAsync(lapi.Url, options => configure(options.Tls));

        var begin = $"No secure connection to LAPI at {lapi.Url} could be made: ";
        Assert.StartsWith(begin, failure.Message, StringComparison.Ordinal);
        Assert.Equal((LapiErrorKind.Unreachable, '.'), (failure.Kind, failure.Message[^1]));
        Assert.Empty(lapi.Calls);
        return failure.Message[begin.Length..^1];
    }
}
