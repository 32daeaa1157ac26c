using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.Connections;

/// <summary>What connections need of TLS settings and of one state of their files.</summary>
/// <param name="Ssl">The options of the handshake.</param>
/// <param name="Certificate">The client certificate; null for none.</param>
internal sealed record TlsState(SslClientAuthenticationOptions Ssl, X509Certificate2? Certificate)
{
    /// <exception cref="TlsFileException">A file is not usable.</exception>
    internal static TlsState Create(CrowdSecTlsOptions tls, TlsFiles files)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = tls.CheckRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
        };
        if (Certificates.ReadRoots(tls, files) is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        var client = ClientCertificate.Load(tls, files);
        var ssl = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificateContext = client,
            RemoteCertificateValidationCallback = new ServerCheck(tls).Check,
        };
        return new(ssl, client?.TargetCertificate);
    }
}
