using System.Runtime.Versioning;
using System.ServiceProcess;

namespace Bouncer.Firewall.Worker.Windows;

// Represents a service that could not be created: it reports to Windows that it has stopped, with an exit code. A process that only
// ended would count as crashed and be restarted repeatedly with the same settings.
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
            // Run rethrows the exception of OnStart after it was reported to Windows.
        }
    }

    protected override void OnStart(string[] args)
    {
        ExitCode = _failure.ExitCode;
        throw new InvalidOperationException(_failure.Message);
    }
}
