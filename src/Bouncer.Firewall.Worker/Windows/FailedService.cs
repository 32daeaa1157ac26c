using System.Runtime.Versioning;
using System.ServiceProcess;

namespace Bouncer.Firewall.Worker.Windows;

// The service that could not be made: Windows is told that it has stopped, and with which code. A process that just ended
// would be taken for a crash, and started again and again with the same settings.
[SupportedOSPlatform("windows")]
internal sealed class FailedService : ServiceBase
{
    private readonly Failure _failure;

    private FailedService(Failure failure)
    {
        _failure = failure;
        AutoLog = false;
    }

    public static void Report(Failure failure)
    {
        using var service = new FailedService(failure);
        try
        {
            Run(service);
        }
        catch (InvalidOperationException)
        {
            // Run throws again what OnStart threw, after Windows was told.
        }
    }

    protected override void OnStart(string[] args)
    {
        ExitCode = _failure.ExitCode;
        throw new InvalidOperationException(_failure.Message);
    }
}
