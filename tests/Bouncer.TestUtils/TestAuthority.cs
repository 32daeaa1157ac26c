using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.TestUtils;

/// <summary>A certificate authority that lives as long as a test. Its certificates are for servers on 127.0.0.1 and for clients,
/// and are valid now unless told otherwise.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    /// <param name="name">Its common name.</param>
    public TestAuthority(string name = "Test Authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(10));
    }

    /// <summary>Its own certificate in PEM form.</summary>
    public string Pem => _root.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Issues a certificate with its private key.</summary>
    /// <param name="subject">The subject, such as <c>CN=web1, OU=bouncers</c>.</param>
    /// <param name="address">The address for which a server's certificate is valid; null for a client's.</param>
    /// <param name="from">The begin of its validity, in days from now.</param>
    /// <param name="to">The end of its validity, in days from now.</param>
    /// <param name="revocationList">The URL of the list of revoked certificates; null for none.</param>
    public X509Certificate2 Issue(string subject, string? address = null, int from = -1, int to = 30, string? revocationList = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(address is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
        }

        if (revocationList is not null)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([revocationList]));
        }

        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var issued = request.Create(_root, Now.AddDays(from), Now.AddDays(to), serial);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>The list of revoked certificates, in DER form.</summary>
    public byte[] Revoke(params X509Certificate2[] certificates)
    {
        var list = new CertificateRevocationListBuilder();
        Array.ForEach(certificates, one => list.AddEntry(one));
        return list.Build(_root, 1, Now.AddDays(10), HashAlgorithmName.SHA256, thisUpdate: Now.AddDays(-1));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}
