using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Bouncer.Connections;

/// <summary>Explains which check of a TLS handshake failed, on either side.</summary>
internal static class TlsFault
{
    /// <summary>What a server's alerts say about the client certificate. The framework has them only in the text of its exceptions;
    /// OpenSSL's words are the same in every language and in a trimmed application.</summary>
    private static readonly (string Mark, string Reason)[] Alerts =
    [
        ("alert certificate required", "it requires a client certificate, and none was sent"),
        ("alert unknown ca", "it does not know the authority that issued the client certificate"),
        ("alert certificate expired", "the client certificate has expired or is not valid yet"),
        ("alert certificate revoked", "the client certificate was revoked"),
        ("alert bad certificate", "it does not accept the client certificate, perhaps because it has expired or comes from an authority that it does not know"),
        ("alert certificate unknown", "it does not accept the client certificate"),
        ("alert unsupported certificate", "it does not accept this kind of client certificate"),
        ("alert access denied", "the client certificate has no access"),
    ];

    /// <summary>Explains why a server's certificate is refused.</summary>
    /// <param name="errors">What the framework found.</param>
    /// <param name="chain">The chain that it built.</param>
    /// <param name="hasOwnRoots">Whether only the authorities in a file are trusted.</param>
    internal static IEnumerable<string> Explain(SslPolicyErrors errors, X509Chain? chain, bool hasOwnRoots)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            yield return "it has no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            yield return "its certificate is for another host name";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            foreach (var reason in Explain(chain, hasOwnRoots).Distinct())
            {
                yield return reason;
            }
        }
    }

    /// <summary>Explains a handshake that failed.</summary>
    /// <param name="exception">The exception of the HTTP client.</param>
    /// <param name="hasCertificate">Whether there is a client certificate to send.</param>
    internal static string Explain(Exception exception, bool hasCertificate) =>
        Causes.Of(exception).OfType<ServerRefusedException>().FirstOrDefault()?.Message
        ?? FindClientFault(exception, hasCertificate)
        ?? (TextOf(exception).Contains("alert protocol version", StringComparison.Ordinal)
            ? "it speaks no version of TLS that this machine accepts"
            : "the handshake failed, so perhaps it speaks no TLS there, or no version of it that this machine accepts");

    /// <summary>Explains why a server refuses the client certificate; null if the exception has another cause. With TLS 1.3 the
    /// handshake is over by then, and the first read fails.</summary>
    internal static string? FindClientFault(Exception exception, bool hasCertificate)
    {
        var text = TextOf(exception);
        var reason = Alerts.FirstOrDefault(alert => text.Contains(alert.Mark, StringComparison.Ordinal)).Reason;
        return reason is not null && !hasCertificate ? Alerts[0].Reason : reason;
    }

    private static IEnumerable<string> Explain(X509Chain? chain, bool hasOwnRoots)
    {
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            var what = element == chain!.ChainElements[0] ? "its certificate" : $"the certificate of its authority '{element.Certificate.Subject}'";
            foreach (var status in element.ChainElementStatus)
            {
                yield return Explain(status.Status, what, element.Certificate, hasOwnRoots);
            }
        }

        // A chain without an end has the fault, but no element with it.
        if (chain?.ChainStatus.Any(static status => status.Status == X509ChainStatusFlags.PartialChain) == true)
        {
            yield return Explain(X509ChainStatusFlags.PartialChain, "", null!, hasOwnRoots);
        }
    }

    private static string Explain(X509ChainStatusFlags status, string what, X509Certificate2 certificate, bool hasOwnRoots) => status switch
    {
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain =>
            "its certificate comes from an authority that " + (hasOwnRoots ? "is not in CaFile" : "this machine does not trust; CaFile can name it"),
        X509ChainStatusFlags.NotTimeValid when certificate.NotAfter < TimeProvider.System.GetLocalNow() => $"{what} expired on {Date(certificate.NotAfter)}",
        X509ChainStatusFlags.NotTimeValid => $"{what} is not valid before {Date(certificate.NotBefore)}",
        X509ChainStatusFlags.Revoked => $"{what} was revoked",
        X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation =>
            $"whether {what} was revoked cannot be found out, which CheckRevocation requires",
        X509ChainStatusFlags.NotValidForUsage => $"{what} is not for servers",
        _ => $"this machine does not trust the chain of its certificate ({status})",
    };

    private static string Date(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string TextOf(Exception exception) => string.Join('\n', Causes.Of(exception).Select(static one => one.Message));
}
