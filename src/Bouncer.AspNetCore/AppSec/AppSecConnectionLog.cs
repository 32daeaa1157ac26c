using Bouncer.AspNetCore.Telemetry;
using Bouncer.Connections;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Logs what happens to the files of <c>Bouncer:Http:AppSec:Tls</c>.</summary>
internal sealed class AppSecConnectionLog(ILogger logger) : IConnectionLog
{
    public void KeepsFiles(string error) => logger.AppSecTlsFilesKept(error);

    public void TakesFiles(string section) => logger.AppSecTlsFilesTaken(section);

    public void CertificateNotValid(string file, DateTimeOffset from, DateTimeOffset to) => logger.AppSecCertificateNotValid(file, from, to);
}
