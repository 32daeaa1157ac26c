namespace Bouncer;

/// <summary>TLS of a connection to CrowdSec: sections <c>Bouncer:Lapi:Tls</c> and <c>Bouncer:Http:AppSec:Tls</c>. For URLs that
/// begin with <c>https://</c>.</summary>
/// <remarks>Changed files are used within five seconds, for new connections; those made before end with their requests. Files that
/// cannot be used prevent the start, and later change nothing and are logged.</remarks>
public sealed class CrowdSecTlsOptions
{
    /// <summary>The client certificate, by which CrowdSec knows the bouncer: PKCS#12 (PFX) with its private key, or PEM with the
    /// certificate first and then those of its intermediate authorities. It is sent if the server asks for one.</summary>
    /// <remarks>LAPI then needs no key; with both, both are sent, and LAPI judges the certificate if it has asked for one.</remarks>
    /// <value>When null: none.</value>
    public string? CertificateFile { get; set; }

    /// <summary>The private key in PEM form: RSA or ECDSA.</summary>
    /// <value>When null: the key is in <see cref="CertificateFile"/>.</value>
    public string? KeyFile { get; set; }

    /// <summary>The password of the private key or PFX. Set this or <see cref="KeyPasswordFile"/>, not both.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>A file whose first line is the password.</summary>
    public string? KeyPasswordFile { get; set; }

    /// <summary>The root certificates to trust, in PEM form, in place of the machine's; with intermediate ones if the server does not
    /// send them. A server's self-signed certificate can be one.</summary>
    /// <value>When null: the roots that the machine trusts.</value>
    public string? CaFile { get; set; }

    /// <summary>The public keys of which the server's certificate must have one, as the base64 of the SHA-256 of the key
    /// (SubjectPublicKeyInfo), with or without <c>sha256//</c>. All other checks apply as well.</summary>
    /// <value>When null or empty: any.</value>
    public IList<string>? Pins { get; set; }

    /// <summary>Whether the server's certificate is checked for revocation, by the lists (CRL) or responders (OCSP) that it names. If
    /// they cannot be reached, or if it names none, no connection is made.</summary>
    /// <value>The default is false.</value>
    public bool CheckRevocation { get; set; }

    /// <summary>Whether any certificate is accepted, from any authority and for any name, so that anyone on the way can read the key
    /// and change answers. Only <see cref="Pins"/> are still checked. Logged, and the health check is degraded.</summary>
    /// <value>The default is false.</value>
    public bool SkipVerification { get; set; }
}
