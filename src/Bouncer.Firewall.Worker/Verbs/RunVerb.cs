using System.Diagnostics;
using Bouncer.Firewall;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Options;
using Bouncer.Firewall.Worker.Systemd;
using Bouncer.Firewall.Worker.Windows;

namespace Bouncer.Firewall.Worker.Verbs;

internal static class RunVerb
{
    public static async Task<int> RunAsync(FileInfo? settings, CancellationToken cancellationToken)
    {
        try
        {
            var builder = WorkerHost.CreateBuilder(settings, []);
            builder.LogForService();
            builder.Services.AddSystemdNotification();
            if (WindowsServiceHelpers.IsWindowsService())
            {
                builder.Services.AddSingleton<IHostLifetime, WorkerServiceLifetime>();
            }

            using var host = builder.Build();
            var firewall = host.FindFirewall();
            var options = host.Services.GetRequiredService<IOptions<FirewallOptions>>().Value;
            await host.RunAsync(cancellationToken);

            // The bans should have been removed and may still exist.
            return options is { RemoveOnStop: true, DryRun: false } && firewall.Status.LastError is not null ? ExitCode.Firewall : ExitCode.Ok;
        }
        catch (Exception error) when (WindowsServiceHelpers.IsWindowsService() && Failure.Explain(error) is { } failure)
        {
            // A service has no visible console.
            EventLog.WriteEntry(".NET Runtime", failure.Message, EventLogEntryType.Error);
            FailedService.Report(failure);
            return failure.ExitCode;
        }
    }
}
