using System.Diagnostics;
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
        using var service = OperatingSystem.IsWindows() ? WindowsService.Connect() : null;
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

            // Before the host starts: it would log what is wrong as a crash, with its stack.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.RunAsync(cancellationToken);
            return ExitCode.Ok;
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
