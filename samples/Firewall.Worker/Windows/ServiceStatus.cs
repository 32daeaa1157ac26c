using System.Runtime.InteropServices;

namespace Worker.Windows;

// SERVICE_STATUS, field by field.
[StructLayout(LayoutKind.Sequential)]
internal struct ServiceStatus
{
    public const uint OwnProcess = 0x10;
    public const uint AcceptsStop = 0x1;
    public const uint AcceptsShutdown = 0x4;

    // The exit code is the service's own, and stands in ServiceExitCode.
    public const uint ServiceSpecificError = 1066;

    public uint Type;
    public ServiceState State;
    public uint Accepts;
    public uint ExitCode;
    public uint ServiceExitCode;
    public uint CheckPoint;
    public uint WaitHintMilliseconds;
}
