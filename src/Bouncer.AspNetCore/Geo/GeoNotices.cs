using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Logs that nothing is known about a client: at most once a minute, and without its address. Thread-safe.</summary>
internal sealed class GeoNotices(TimeProvider time, ILogger<GeoNotices> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _saidAt;

    /// <param name="kind">What is not known.</param>
    /// <param name="header">The header that no trusted proxy sent.</param>
    internal void Unknown(GeoKind kind, string header)
    {
        lock (_gate)
        {
            if (_saidAt is { } last && time.GetElapsedTime(last) < Pause)
            {
                return;
            }

            _saidAt = time.GetTimestamp();
        }

        logger.GeoUnknown(header, kind.Scope.Name);
    }
}
