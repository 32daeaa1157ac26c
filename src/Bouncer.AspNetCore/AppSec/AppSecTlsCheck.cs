using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Logs that AppSec's certificate is not verified, at the start and after each reload.</summary>
internal sealed class AppSecTlsCheck(HttpSettingsProvider provider, ILogger<AppSecTlsCheck> logger) : SettingsObserver(provider)
{
    protected override void Look(HttpSettings settings)
    {
        if (settings.Options.AppSec is { Url: not null, Tls.SkipVerification: true })
        {
            logger.AppSecTlsNotVerified();
        }
    }
}
