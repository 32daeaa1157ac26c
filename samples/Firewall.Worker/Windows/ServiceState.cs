namespace Worker.Windows;

// SERVICE_STATUS.dwCurrentState.
internal enum ServiceState
{
    Stopped = 1,
    StartPending = 2,
    StopPending = 3,
    Running = 4,
}
