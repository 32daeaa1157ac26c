using System.Security.Cryptography.X509Certificates;
using Bouncer.TestUtils;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Connections;

/// <summary>Files and settings that cannot be used prevent the start; the error names the setting, the file and what is wrong.</summary>
public sealed class BrokenFileTests : IDisposable
{
    private const string Password = "secret-password";

    private readonly TestAuthority _authority = new();
    private readonly CertificateFolder _folder = new();
    private readonly X509Certificate2 _client;
    private readonly X509Certificate2 _other;

    public BrokenFileTests() => (_client, _other) = (_authority.Issue("CN=web1, OU=bouncers"), _authority.Issue("CN=web2"));

    public static TheoryData<string, string, string> Broken => new()
    {
        { "CertificateFile", "missing", "which does not exist." },
        { "CertificateFile", "folder", "which is a folder." },
        { "CertificateFile", "large", "which is larger than 1 MiB." },
        { "CertificateFile", "noise", "which is neither PEM nor PKCS#12 (PFX), or is damaged." },
        { "CertificateFile", "empty", "which is neither PEM nor PKCS#12 (PFX), or is damaged." },
        { "CertificateFile", "half", "which is incomplete or damaged." },
        { "CertificateFile", "without-key", "which has no private key: name the file with the key in KeyFile." },
        { "CertificateFile", "key-only", "which has no certificate in PEM form." },
        { "CertificateFile", "pfx-locked", "which needs a password: set KeyPassword or KeyPasswordFile." },
        { "CertificateFile", "pfx-wrong", "which the password does not open, or which is damaged." },
        { "CertificateFile", "pfx-without-key", "which has no private key." },
        { "CertificateFile", "der", "whose certificate 1 is damaged." },
        { "KeyFile", "old-encryption", "whose private key is encrypted in an old form: convert it with openssl pkcs8 -topk8." },
        { "KeyFile", "no-key", "which has no private key in PEM form." },
        { "KeyFile", "two-keys", "which has several private keys." },
        { "KeyFile", "locked", "whose private key needs a password: set KeyPassword or KeyPasswordFile." },
        { "KeyFile", "wrong", "whose private key the password does not open." },
        { "KeyFile", "of-another", "whose private key belongs to another certificate." },
        { "KeyFile", "rsa", "whose private key is damaged, or not of the certificate's kind." },
        { "KeyFile", "half-key", "which is incomplete or damaged." },
        { "CaFile", "no-ca", "which has no certificate in PEM form." },
        { "CaFile", "half-ca", "which is incomplete or damaged." },
        { "CaFile", "issued", "which has no root certificate, only certificates that another authority issued: add the root's." },
    };

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
        _client.Dispose();
        _other.Dispose();
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void File_Broken_IsOneErrorThatSaysHow(string setting, string how, string problem)
    {
        var settings = Break(how);

        var errors = Validate(settings);

        Assert.Equal([$"Bouncer:Lapi:Tls:{setting} names '{settings[$"Tls:{setting}"]}', {problem}"], errors);
        Assert.DoesNotContain(Password, errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_IsANamedPipe_IsNotWaitedFor()
    {
        var path = _folder.PathOf("pipe");
        await NamedPipe.CreateAsync(path);

        var errors = await Task.Run(() => Validate(Certificate(path)), TestContext.Current.CancellationToken).WaitAsync(Eventually.DefaultDeadline, TestContext.Current.CancellationToken);

        Assert.Equal([$"Bouncer:Lapi:Tls:CertificateFile names '{path}', which is neither PEM nor PKCS#12 (PFX), or is damaged."], errors);
    }

    [Theory]
    [InlineData("Tls:KeyPasswordFile", "secret-password", "Bouncer:Lapi:Tls:KeyPasswordFile names a file that does not exist.")]
    [InlineData("Tls:CertificateFile", "-----BEGIN CERTIFICATE-----secret-password", "Bouncer:Lapi:Tls:CertificateFile names a file that does not exist.")]
    [InlineData("Tls:Pins", "sha256//secret-password", "Bouncer:Lapi:Tls:Pins:0 is not a pin: write the base64 of a SHA-256, as in sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.")]
    [InlineData("Proxy", "ftp://user:secret-password@proxy/", "Bouncer:Lapi:Proxy is not the URL of a proxy like http://proxy.example.net:3128, with http, https, socks4, socks4a or socks5; write none for no proxy.")]
    [InlineData("Url", "unix://run/lapi.sock", "Bouncer:Lapi:Url names a Unix socket in a wrong form: write three slashes and the path, as in unix:///run/crowdsec/lapi.sock.")]
    [InlineData("Url", "unix:///run/", "Bouncer:Lapi:Url names a folder, not a Unix socket.")]
    public void Setting_ThatMayHoldASecret_IsNotShown(string key, string value, string error)
    {
        var settings = new Dictionary<string, string?> { [key] = value };
        if (key == "Tls:KeyPasswordFile")
        {
            settings["Tls:CertificateFile"] = Both();
        }

        Assert.Equal([error], Validate(settings));
    }

    [Fact]
    public void SocketPath_ThatIsTooLong_IsRefused() =>
        Assert.Equal(
            ["Bouncer:Lapi:Url names a Unix socket by a path that is too long: the system allows about 100 bytes."],
            Validate(new() { ["Url"] = "unix:///" + new string('a', 200) }));

    [Fact]
    public void Tls_WithoutHttps_IsRefused()
    {
        foreach (var url in new[] { "http://127.0.0.1/", "unix:///run/lapi.sock" })
        {
            Assert.Equal(
                ["Bouncer:Lapi:Tls:CertificateFile has no effect: the URL does not begin with https://."],
                Validate(new() { ["Url"] = url, ["Tls:CertificateFile"] = Both() }));
        }
    }

    [Fact]
    public void Password_SetTwice_OrWithoutACertificate_IsRefused()
    {
        Assert.Equal(
            ["Bouncer:Lapi:Tls:KeyPassword and Bouncer:Lapi:Tls:KeyPasswordFile are both set: keep one."],
            Validate(new() { ["Tls:CertificateFile"] = Both(), ["Tls:KeyPassword"] = Password, ["Tls:KeyPasswordFile"] = _folder.Write("password", Password) }));
        Assert.Equal(
            ["Bouncer:Lapi:Tls:CertificateFile is missing: KeyFile, KeyPassword and KeyPasswordFile belong to a certificate."],
            Validate(new() { ["Tls:KeyPassword"] = Password }));
    }

    [Fact]
    public void Certificate_InPlaceOfAKey_IsEnough() =>
        Assert.Empty(Validate(new() { ["ApiKey"] = null, ["Tls:CertificateFile"] = Both() }));

    private static string[] Validate(Dictionary<string, string?> settings)
    {
        Dictionary<string, string?> all = new() { ["Bouncer:Lapi:Url"] = "https://127.0.0.1/", ["Bouncer:Lapi:ApiKey"] = "key" };
        foreach (var (key, value) in settings)
        {
            all["Bouncer:Lapi:" + key] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(all).Build().GetSection("Bouncer");
        using var services = new ServiceCollection().AddBouncerCore(section).Services.BuildServiceProvider();
        try
        {
            services.GetRequiredService<IOptionsFactory<BouncerOptions>>().Create(Options.DefaultName);
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return [.. invalid.Failures];
        }
    }

    private string Both() => _folder.Write("both.pem", _client.ExportCertificatePem() + "\n" + File.ReadAllText(_folder.WriteKey("key.pem", _client)));

    private Dictionary<string, string?> Break(string how)
    {
        var pem = _client.ExportCertificatePem();
        var key = File.ReadAllText(_folder.WriteKey("key.pem", _client));
        return how switch
        {
            "missing" => Certificate(_folder.PathOf("nothing.pem")),
            "folder" => Certificate(Path.GetDirectoryName(_folder.PathOf("x"))!),
            "large" => Certificate(_folder.Write("large.pem", new byte[(1024 * 1024) + 1])),
            "noise" => Certificate(_folder.Write("noise.pfx", "no certificate")),
            "empty" => Certificate(_folder.Write("empty.pem", "")),
            "half" => Certificate(_folder.Write("half.pem", pem[..(pem.Length / 2)])),
            "without-key" => Certificate(_folder.Write("client.pem", pem)),
            "key-only" => Certificate(_folder.Write("key-only.pem", key)),
            "pfx-locked" => Certificate(_folder.Write("locked.pfx", _client.Export(X509ContentType.Pfx, Password))),
            "pfx-wrong" => Certificate(_folder.Write("wrong.pfx", _client.Export(X509ContentType.Pfx, "another")), password: Password),
            "pfx-without-key" => Certificate(_folder.Write("bare.pfx", new X509Certificate2Collection(X509CertificateLoader.LoadCertificate(_client.RawData)).Export(X509ContentType.Pfx)!)),
            "der" => Certificate(_folder.Write("der.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
            "old-encryption" => Certificate(_folder.Write("client.pem", pem), _folder.Write("old.pem",
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END EC PRIVATE KEY-----\n"), Password),
            "no-key" => Certificate(_folder.Write("client.pem", pem), _folder.Write("no-key.pem", pem)),
            "two-keys" => Certificate(_folder.Write("client.pem", pem), _folder.Write("two.pem", key + "\n" + key)),
            "locked" => Certificate(_folder.Write("client.pem", pem), _folder.WriteKey("locked.pem", _client, Password)),
            "wrong" => Certificate(_folder.Write("client.pem", pem), _folder.WriteKey("locked.pem", _client, "another"), Password),
            "of-another" => Certificate(_folder.Write("client.pem", pem), _folder.WriteKey("other.pem", _other)),
            "rsa" => Certificate(_folder.Write("client.pem", pem), _folder.Write("rsa.pem", System.Security.Cryptography.RSA.Create(2048).ExportPkcs8PrivateKeyPem())),
            "half-key" => Certificate(_folder.Write("client.pem", pem), _folder.Write("half-key.pem", key[..^40])),
            "no-ca" => new() { ["Tls:CaFile"] = _folder.Write("ca.pem", "no certificate") },
            "half-ca" => new() { ["Tls:CaFile"] = _folder.Write("ca.pem", _authority.Pem + "\n" + pem[..^30]) },
            "issued" => new() { ["Tls:CaFile"] = _folder.Write("ca.pem", pem) },
            _ => throw new ArgumentOutOfRangeException(nameof(how)),
        };
    }

    private static Dictionary<string, string?> Certificate(string path, string? key = null, string? password = null) =>
        new() { ["Tls:CertificateFile"] = path, ["Tls:KeyFile"] = key, ["Tls:KeyPassword"] = password };
}
