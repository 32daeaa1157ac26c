using System.Globalization;

namespace Bouncer.Firewall.Worker.Systemd;

/// <summary>systemd's watchdog timeout: the time without WATCHDOG=1 after which systemd ends the process. The hosting package for
/// systemd does not support it.</summary>
internal static class Watchdog
{
    // Null if systemd's watchdog is off or for another process.
    public static TimeSpan? Limit { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0
        && Environment.GetEnvironmentVariable("WATCHDOG_PID") is var process
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(length)
            : null;
}
