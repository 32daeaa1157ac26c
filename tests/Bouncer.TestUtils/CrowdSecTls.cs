using System.Security.Cryptography.X509Certificates;

namespace Bouncer.TestUtils;

/// <summary>TLS of a real CrowdSec's Local API. Clients with a certificate of the OU <c>bouncers</c> are bouncers.</summary>
/// <param name="Certificate">The file of the server's certificate, in PEM form.</param>
/// <param name="Key">The file of its key.</param>
/// <param name="Authority">The file of the authority that issues client certificates.</param>
/// <param name="RevocationList">The file of the list of revoked certificates.</param>
/// <param name="Required">The client certificate of the tests themselves, if every client must have one; null if none has to.</param>
public sealed record CrowdSecTls(string Certificate, string Key, string Authority, string RevocationList, X509Certificate2? Required = null)
{
    internal string Yaml => string.Concat(new[]
    {
        "tls:", $"  cert_file: {Certificate}", $"  key_file: {Key}", $"  ca_cert_path: {Authority}", $"  crl_path: {RevocationList}",
        $"  client_verification: {(Required is null ? "VerifyClientCertIfGiven" : "RequireAndVerifyClientCert")}", "  bouncers_allowed_ou: [bouncers]", "  agents_allowed_ou: [agents]",
    }.Select(static line => "\n    " + line));
}
