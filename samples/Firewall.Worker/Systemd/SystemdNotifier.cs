using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Worker.Systemd;

// Tells systemd how the service stands, as sd_notify(3) does: lines in a datagram to the socket that systemd names.
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _systemd;

    private SystemdNotifier(string path, TimeSpan? watchdog)
    {
        // An @ stands for the zero that begins the name of a socket outside of the file system.
        _systemd = new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path);
        Watchdog = watchdog;
    }

    // How long systemd lets pass without WATCHDOG=1 before it ends the process.
    public TimeSpan? Watchdog { get; }

    // Null when systemd did not start this program, or does not ask.
    public static SystemdNotifier? FromEnvironment() =>
        OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is ['/' or '@', _, ..] path
            ? new SystemdNotifier(path, WatchdogOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")))
            : null;

    // A systemd that does not listen must not stop what protects the machine.
    public void Notify(params ReadOnlySpan<string> lines)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines)), _systemd);
        }
        catch (SocketException)
        {
            // The next one may arrive; if none does, systemd's own time-outs tell the operator.
        }
    }

    public void Dispose() => _socket.Dispose();

    private static TimeSpan? WatchdogOf(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(length)
            : null;
}
