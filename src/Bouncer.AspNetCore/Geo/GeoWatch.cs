using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Looks whether the databases' files changed. Asking for each is as reliable as it is cheap: a notification of the file system
/// misses files that are mounted, or reached over a link.</summary>
/// <remarks>Settings are read late: a host creates its hosted services before it validates options.</remarks>
internal sealed class GeoWatch(Lazy<HttpSettingsProvider> settings, GeoFiles files, TimeProvider time) : BackgroundService
{
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Value.Current.Of<GeoSettings>().AreUsed)
        {
            // A scope that is off at the start is so until the next.
            return;
        }

        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            files.Refresh([.. settings.Value.Current.Of<GeoSettings>().Databases]);
        }
    }
}
