using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;

namespace Worker.Windows;

// Ties the host to the service: what the SCM asks ends the host, what the host does is reported to the SCM.
[SupportedOSPlatform("windows")]
internal sealed class WindowsServiceLifetime(WindowsService service, IHostApplicationLifetime host) : IHostLifetime
{
    // Longer than the host gives its services to stop in.
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(40);

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        service.StopRequested = host.StopApplication;
        host.ApplicationStarted.Register(() => service.Report(ServiceState.Running));
        host.ApplicationStopping.Register(() => service.Report(ServiceState.StopPending, s_stop));
        return Task.CompletedTask;
    }

    // What is stopped is reported when the host is gone: Windows may end the process from then on.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
