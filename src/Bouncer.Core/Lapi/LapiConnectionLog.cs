using Bouncer.Connections;
using Microsoft.Extensions.Logging;

namespace Bouncer.Lapi;

/// <summary>Logs what happens to the files of <c>Bouncer:Lapi:Tls</c>.</summary>
internal sealed class LapiConnectionLog(ILogger<LapiConnectionLog> logger) : IConnectionLog
{
    public void KeepsFiles(string error) => logger.TlsFilesKept(error);

    public void TakesFiles(string section) => logger.TlsFilesTaken(section);

    public void CertificateNotValid(string file, DateTimeOffset from, DateTimeOffset to) => logger.CertificateNotValid(file, from, to);
}
