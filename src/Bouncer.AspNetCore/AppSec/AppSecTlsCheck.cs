using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Logs that AppSec's certificate is not verified, at the start and after each reload.</summary>
internal sealed class AppSecTlsCheck(HttpSettingsProvider settings, ILogger<AppSecTlsCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        settings.Changed += Tell;
        Tell();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        settings.Changed -= Tell;
        return Task.CompletedTask;
    }

    private void Tell()
    {
        if (settings.Current.Options.AppSec is { Url: not null, Tls.SkipVerification: true })
        {
            logger.AppSecTlsNotVerified();
        }
    }
}
