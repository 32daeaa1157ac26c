using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.TestUtils;

/// <summary>A temporary folder for certificates and keys.</summary>
public sealed class CertificateFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("bouncers-tls-");

    /// <summary>The path of a file in it.</summary>
    public string PathOf(string name) => Path.Combine(_root.FullName, name);

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <inheritdoc cref="Write(string, string)" />
    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>Writes a private key in PEM form, encrypted if there is a password.</summary>
    public string WriteKey(string name, X509Certificate2 certificate, string? password = null)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return Write(name, password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
    }

    /// <summary>Writes a certificate in PEM form.</summary>
    public string WriteCertificate(string name, X509Certificate2 certificate) => Write(name, certificate.ExportCertificatePem());

    /// <inheritdoc />
    public void Dispose() => _root.Delete(recursive: true);
}
