using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Worker.Windows;

// Connects the host to the Windows service. The lifetime of the hosting package reports the service as running when the host begins
// to start; this one reports it after the start.
[SupportedOSPlatform("windows")]
internal sealed class WorkerServiceLifetime : WindowsServiceLifetime
{
    private const int StartMilliseconds = 30_000;

    // Longer than the host's shutdown timeout.
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
