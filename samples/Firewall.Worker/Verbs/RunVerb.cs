using System.Diagnostics;
using Bouncer.Firewall;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Worker.Systemd;
using Worker.Windows;

namespace Worker.Verbs;

internal static class RunVerb
{
    public static async Task<int> RunAsync(FileInfo? settings, CancellationToken cancellationToken)
    {
        // A service has no desktop. A program that has none, and is no service either, is told so when it connects.
        using var service = OperatingSystem.IsWindows() && !Environment.UserInteractive ? WindowsService.Connect() : null;
        try
        {
            var builder = WorkerHost.CreateBuilder(settings, []);
            builder.LogForService();
            builder.Services.AddSystemdNotification();
            if (OperatingSystem.IsWindows() && service is not null)
            {
                builder.Services.AddWindowsService(service);
            }

            using var host = builder.Build();
            var firewall = host.FindFirewall();
            var options = host.Services.GetRequiredService<IOptions<FirewallOptions>>().Value;
            await host.RunAsync(cancellationToken);

            // The bans were to be removed, and may still be there.
            return options is { RemoveOnStop: true, DryRun: false } && firewall.Status.LastError is not null ? ExitCode.Firewall : ExitCode.Ok;
        }
        catch (Exception error) when (OperatingSystem.IsWindows() && service is not null && Failure.Explain(error) is { } failure)
        {
            // Nobody sees a service's console.
            EventLog.WriteEntry(".NET Runtime", failure.Message, EventLogEntryType.Error);
            service.Report(ServiceState.Stopped, exitCode: (uint)failure.ExitCode);
            return failure.ExitCode;
        }
    }
}
