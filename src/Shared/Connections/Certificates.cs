using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.Connections;

/// <summary>Reads certificates from PEM files.</summary>
internal static class Certificates
{
    /// <summary>Reads the authorities to trust.</summary>
    /// <exception cref="TlsFileException">The file is not usable.</exception>
    internal static X509Certificate2Collection? ReadRoots(CrowdSecTlsOptions tls, TlsFiles files)
    {
        if (files.Ca is not { } content)
        {
            return null;
        }

        var found = ReadPem(nameof(tls.CaFile), tls.CaFile!, content);
        return found.Any(static one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))
            ? found
            : throw new TlsFileException(nameof(tls.CaFile), $"names '{tls.CaFile}', which has no root certificate, only certificates that another authority issued: add the root's.");
    }

    /// <summary>Reads the certificates of a file, at least one.</summary>
    internal static X509Certificate2Collection ReadPem(string setting, string path, byte[] content)
    {
        var found = new X509Certificate2Collection();
        foreach (var (label, text) in ReadBlocks(setting, path, content))
        {
            if (label == "CERTIFICATE")
            {
                try
                {
                    found.Add(X509Certificate2.CreateFromPem(text));
                }
                catch (CryptographicException error)
                {
                    throw new TlsFileException(setting, $"names '{path}', whose certificate {found.Count + 1} is damaged.", error);
                }
            }
        }

        return found.Count > 0 ? found : throw new TlsFileException(setting, $"names '{path}', which has no certificate in PEM form.");
    }

    internal static List<(string Label, string Text)> ReadBlocks(string setting, string path, byte[] content)
    {
        try
        {
            return PemBlocks.Read(content);
        }
        catch (FormatException error)
        {
            throw new TlsFileException(setting, PemBlocks.HasOldEncryption(content)
                ? $"names '{path}', whose private key is encrypted in an old form: convert it with openssl pkcs8 -topk8."
                : $"names '{path}', which is incomplete or damaged.", error);
        }
    }
}
