using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Lapi;

internal static partial class Log
{
    [LoggerMessage(EventIds.TlsFilesTaken, LogLevel.Information, "The changed files of {Section}:Tls are used for new connections.")]
    internal static partial void TlsFilesTaken(this ILogger logger, string section);

    [LoggerMessage(EventIds.TlsFilesKept, LogLevel.Warning, "A changed file for TLS to LAPI cannot be used: {Error} The certificates and keys read before stay in use.")]
    internal static partial void TlsFilesKept(this ILogger logger, string error);

    [LoggerMessage(EventIds.CertificateNotValid, LogLevel.Warning, "The client certificate for LAPI in {File} is valid only from {From:u} to {To:u}, so LAPI may refuse it.")]
    internal static partial void CertificateNotValid(this ILogger logger, string file, DateTimeOffset from, DateTimeOffset to);
}
