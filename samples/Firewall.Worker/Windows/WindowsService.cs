using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Worker.Windows;

// This process as a Windows service. The service control manager (SCM) calls static functions, so there is one at most.
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsService : IDisposable
{
    // A service in a process of its own is called by whatever name it was created under.
    private const string AnyName = "";

    private static readonly TaskCompletionSource<nint> s_called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static WindowsService? s_current;

    private readonly nint _handle;
    private readonly Lock _reporting = new();
    private ServiceStatus _status = new() { Type = ServiceStatus.OwnProcess };

    private WindowsService(nint handle) => _handle = handle;

    // Called, on the SCM's thread, when Windows asks the service to end.
    public Action StopRequested { get; set; } = static () => { };

    // Null when the program was started by somebody else than the SCM: from a console.
    public static WindowsService? Connect()
    {
        // The dispatcher keeps its thread until the service has stopped.
        new Thread(Dispatch) { IsBackground = true, Name = "Service dispatcher" }.Start();
        var handle = s_called.Task.GetAwaiter().GetResult();
        if (handle == 0)
        {
            return null;
        }

        s_current = new WindowsService(handle);
        s_current.Report(ServiceState.StartPending, TimeSpan.FromSeconds(30));
        return s_current;
    }

    // Tells the SCM where the service stands, and how long the next step may take.
    public void Report(ServiceState state, TimeSpan waitHint = default, uint exitCode = 0)
    {
        lock (_reporting)
        {
            if (_status.State == ServiceState.Stopped)
            {
                return;
            }

            var isPending = state is ServiceState.StartPending or ServiceState.StopPending;
            _status.CheckPoint = isPending ? _status.CheckPoint + 1 : 0;
            _status.State = state;
            _status.Accepts = state == ServiceState.Running ? ServiceStatus.AcceptsStop | ServiceStatus.AcceptsShutdown : 0;
            _status.ExitCode = exitCode == 0 ? 0 : ServiceStatus.ServiceSpecificError;
            _status.ServiceExitCode = exitCode;
            _status.WaitHintMilliseconds = (uint)waitHint.TotalMilliseconds;
            ServiceControl.SetStatus(_handle, _status);
        }
    }

    public void Dispose() => Report(ServiceState.Stopped);

    private static void Dispatch()
    {
        fixed (char* name = AnyName)
        {
            var table = stackalloc ServiceEntry[2];
            table[0] = new ServiceEntry { Name = name, Main = &ServiceMain };
            table[1] = default;
            if (!ServiceControl.StartDispatcher(table))
            {
                // 1063: not started by the SCM. Whatever else it may be, the program can still do its work.
                s_called.TrySetResult(0);
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvStdcall)])]
    private static void ServiceMain(uint count, char** arguments) =>
        s_called.TrySetResult(ServiceControl.RegisterHandler(AnyName, &Control, null));

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvStdcall)])]
    private static uint Control(uint control, uint eventType, void* eventData, void* context)
    {
        switch (control)
        {
            case ServiceControl.Stop or ServiceControl.Shutdown:
                s_current?.StopRequested();
                return ServiceControl.NoError;
            case ServiceControl.Interrogate:
                return ServiceControl.NoError;
            default:
                return ServiceControl.ErrorCallNotImplemented;
        }
    }
}
