using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Windows;

// Ties the host to the Windows service. The package's lifetime calls the service running when the host begins to start; this
// one when it has started.
[SupportedOSPlatform("windows")]
internal sealed class WorkerServiceLifetime : WindowsServiceLifetime
{
    private const int StartMilliseconds = 30_000;

    // Longer than the host gives its services to stop in.
    private const int StopMilliseconds = 40_000;

    private readonly IHostApplicationLifetime _host;

    public WorkerServiceLifetime(IHostEnvironment environment, IHostApplicationLifetime host, ILoggerFactory logging, IOptions<HostOptions> options)
        : base(environment, host, logging, options)
    {
        _host = host;
        AutoLog = false;
    }

    protected override void OnStart(string[] args)
    {
        RequestAdditionalTime(StartMilliseconds);
        base.OnStart(args);
        WaitHandle.WaitAny([_host.ApplicationStarted.WaitHandle, _host.ApplicationStopping.WaitHandle]);
    }

    protected override void OnStop()
    {
        RequestAdditionalTime(StopMilliseconds);
        base.OnStop();
    }
}
