using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Worker.Systemd;
using Worker.Windows;

namespace Worker.Verbs;

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
            host.FindFirewall();
            await host.RunAsync(cancellationToken);
            return ExitCode.Ok;
        }
        catch (Exception error) when (WindowsServiceHelpers.IsWindowsService() && Failure.Explain(error) is { } failure)
        {
            // A service's console is seen by no one.
            EventLog.WriteEntry(".NET Runtime", failure.Message, EventLogEntryType.Error);
            FailedService.Report(failure);
            return failure.ExitCode;
        }
    }
}
