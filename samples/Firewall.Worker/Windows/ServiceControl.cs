using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Worker.Windows;

// The calls of advapi32 that make a process a service.
[SupportedOSPlatform("windows")]
internal static unsafe partial class ServiceControl
{
    public const uint Stop = 1;
    public const uint Interrogate = 4;
    public const uint Shutdown = 5;

    public const uint NoError = 0;
    public const uint ErrorCallNotImplemented = 120;

    [LibraryImport("advapi32", EntryPoint = "StartServiceCtrlDispatcherW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool StartDispatcher(ServiceEntry* table);

    [LibraryImport("advapi32", EntryPoint = "RegisterServiceCtrlHandlerExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint RegisterHandler(string name, delegate* unmanaged[Stdcall]<uint, uint, void*, void*, uint> handler, void* context);

    [LibraryImport("advapi32", EntryPoint = "SetServiceStatus", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetStatus(nint handle, in ServiceStatus status);
}
