using System.Globalization;

namespace Bouncer.Firewall.Worker.Systemd;

// systemd's watchdog: how long it lets pass without WATCHDOG=1 before it ends the process. The package for systemd leaves it
// to the program.
internal static class Watchdog
{
    // Null when systemd watches nothing, or another process.
    public static TimeSpan? Limit { get; } =
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0
        && Environment.GetEnvironmentVariable("WATCHDOG_PID") is var process
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(length)
            : null;
}
