using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.Connections;

/// <summary>Checks a server's certificate: its chain, its name and its pins.</summary>
/// <param name="tls">The settings.</param>
internal sealed class ServerCheck(CrowdSecTlsOptions tls)
{
    private const string PinPrefix = "sha256//";

    private readonly byte[][] _pins = [.. (tls.Pins ?? []).Select(HashOf).OfType<byte[]>()];

    /// <summary>The hash in a pin; null if the text is not one.</summary>
    internal static byte[]? HashOf(string pin)
    {
        var text = pin.StartsWith(PinPrefix, StringComparison.OrdinalIgnoreCase) ? pin[PinPrefix.Length..] : pin;
        var hash = new byte[SHA256.HashSizeInBytes];
        return Base64.IsValid(text, out var length) && length == hash.Length && Convert.TryFromBase64String(text, hash, out _) ? hash : null;
    }

    /// <summary>The pin of a certificate.</summary>
    internal static string PinOf(X509Certificate2 certificate) => PinPrefix + Convert.ToBase64String(HashOf(certificate));

    /// <summary>Accepts the certificate, or throws.</summary>
    /// <exception cref="ServerRefusedException">The certificate is refused. The framework would keep only the fact.</exception>
    internal bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.None && !tls.SkipVerification)
        {
            throw new ServerRefusedException([.. TlsFault.Explain(errors, chain, tls.CaFile is not null)]);
        }

        if (_pins.Length == 0)
        {
            return true;
        }

        using var own = certificate is null ? null : new X509Certificate2(certificate);
        return own is null ? throw new ServerRefusedException("it has no certificate")
            : _pins.Any(HashOf(own).SequenceEqual) ? true
            : throw new ServerRefusedException($"its certificate has none of the pinned keys; its own is {PinOf(own)}");
    }

    private static byte[] HashOf(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
}
