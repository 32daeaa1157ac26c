using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bouncer.Configuration;

namespace Bouncer.Connections;

/// <summary>Reads the client certificate with its private key and chain, from PKCS#12 (PFX) or PEM.</summary>
internal static class ClientCertificate
{
    private const string CertificateFile = nameof(CrowdSecTlsOptions.CertificateFile);
    private const string KeyFile = nameof(CrowdSecTlsOptions.KeyFile);
    private const int WrongPassword = unchecked((int)0x80070056);

    /// <returns>The certificate; null if the settings name none.</returns>
    /// <exception cref="TlsFileException">A file is not usable.</exception>
    internal static SslStreamCertificateContext? Load(CrowdSecTlsOptions tls, TlsFiles files)
    {
        if (files.Certificate is not { } content)
        {
            return null;
        }

        try
        {
            return Load(tls, files, content);
        }
        catch (CryptographicException error)
        {
            throw new TlsFileException(CertificateFile, $"names '{tls.CertificateFile}', which the system does not accept: {error.Message}", error);
        }
    }

    private static SslStreamCertificateContext Load(CrowdSecTlsOptions tls, TlsFiles files, byte[] content)
    {
        var password = files.KeyPassword is { } secret ? SecretFile.FirstLine(secret) : tls.KeyPassword;
        var chain = PemBlocks.IsPem(content) ? LoadPem(tls, files, password) : LoadPkcs12(tls, content, password);
        var own = chain.First(static one => one.HasPrivateKey);
        chain.Remove(own);
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private static X509Certificate2Collection LoadPkcs12(CrowdSecTlsOptions tls, byte[] content, string? password)
    {
        X509Certificate2Collection chain;
        try
        {
            chain = X509CertificateLoader.LoadPkcs12Collection(content, password);
        }
        catch (CryptographicException error)
        {
            throw new TlsFileException(CertificateFile, $"names '{tls.CertificateFile}', which " + (error.HResult != WrongPassword
                ? "is neither PEM nor PKCS#12 (PFX), or is damaged."
                : password is null
                    ? "needs a password: set KeyPassword or KeyPasswordFile."
                    : "the password does not open, or which is damaged."), error);
        }

        return tls.KeyFile is not null
            ? throw new TlsFileException(KeyFile, $"is set, but '{tls.CertificateFile}' is PKCS#12 (PFX), which contains the key: remove it.")
            : chain.Any(static one => one.HasPrivateKey)
                ? chain
                : throw new TlsFileException(CertificateFile, $"names '{tls.CertificateFile}', which has no private key.");
    }

    private static X509Certificate2Collection LoadPem(CrowdSecTlsOptions tls, TlsFiles files, string? password)
    {
        var chain = Certificates.ReadPem(CertificateFile, tls.CertificateFile!, files.Certificate!);
        var (setting, path, content) = files.Key is { } separate ? (KeyFile, tls.KeyFile!, separate) : (CertificateFile, tls.CertificateFile!, files.Certificate!);
        var keys = Certificates.ReadBlocks(setting, path, content).Where(static block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)).ToArray();
        if (keys is not [var key])
        {
            throw new TlsFileException(setting, keys.Length > 1
                ? $"names '{path}', which has several private keys."
                : setting == KeyFile
                    ? $"names '{path}', which has no private key in PEM form."
                    : $"names '{path}', which has no private key: name the file with the key in {KeyFile}.");
        }

        chain[0] = WithKey(chain[0], key.Label, key.Text, password, problem => new TlsFileException(setting, $"names '{path}', {problem}"));
        return chain;
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, string label, string pem, string? password, Func<string, TlsFileException> fail)
    {
        using AsymmetricAlgorithm key = certificate.PublicKey.Oid.Value switch
        {
            "1.2.840.113549.1.1.1" => RSA.Create(),
            "1.2.840.10045.2.1" => ECDsa.Create(),
            _ => throw fail("which belongs to a certificate that is neither RSA nor ECDSA."),
        };
        var isEncrypted = label.StartsWith("ENCRYPTED", StringComparison.Ordinal);
        if (isEncrypted && password is null)
        {
            throw fail("whose private key needs a password: set KeyPassword or KeyPasswordFile.");
        }

        try
        {
            if (isEncrypted)
            {
                key.ImportFromEncryptedPem(pem, password);
            }
            else
            {
                key.ImportFromPem(pem);
            }
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw fail(isEncrypted ? "whose private key the password does not open." : "whose private key is damaged, or not of the certificate's kind.");
        }

        try
        {
            return ForTls(key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key));
        }
        catch (ArgumentException)
        {
            throw fail("whose private key belongs to another certificate.");
        }
    }

    /// <summary>Windows sends no certificate whose key exists only in memory.</summary>
    private static X509Certificate2 ForTls(X509Certificate2 certificate) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null) : certificate;
}
