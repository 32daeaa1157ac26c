namespace Bouncer.Lapi;

/// <summary>Explains which check of a TLS handshake failed. The framework has it only in the text of its exceptions; the names of flags
/// in it, and OpenSSL's words, are the same in every language and in a trimmed application.</summary>
internal static class TlsFault
{
    private static readonly (string Mark, string Reason)[] Reasons =
    [
        ("RemoteCertificateNotAvailable", "it has no certificate"),
        ("RemoteCertificateNameMismatch", "its certificate is for another host name"),
        ("UntrustedRoot", "its certificate comes from an authority that this machine does not trust"),
        ("PartialChain", "its certificate comes from an authority that this machine does not trust"),
        ("NotTimeValid", "its certificate has expired or is not valid yet"),
        ("Revoked", "its certificate was revoked"),
        ("RevocationStatusUnknown", "whether its certificate was revoked cannot be found out"),
        ("alert protocol version", "it speaks no version of TLS that this machine accepts"),
        ("RemoteCertificateChainErrors", "this machine does not trust the chain of its certificate"),
    ];

    internal static string Explain(Exception exception)
    {
        var text = string.Join('\n', Causes.Of(exception).Select(one => one.Message));
        var found = Reasons.Where(reason => text.Contains(reason.Mark, StringComparison.Ordinal)).Select(reason => reason.Reason).Distinct().ToArray();
        return found.Length > 0 ? string.Join("; ", found) : "the handshake failed, so perhaps it speaks no TLS there, or no version of it that this machine accepts";
    }
}
