using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Bouncer.Firewall.Worker.Systemd;

internal static class SystemdServiceCollectionExtensions
{
    // Does nothing where systemd did not start the program. The package's own AddSystemd is not used: its READY=1 comes when
    // the host has started, which is before anything is blocked.
    public static void AddSystemdNotification(this IServiceCollection services)
    {
        var notifier = new SystemdNotifier();
        if (OperatingSystem.IsLinux() && notifier.IsEnabled)
        {
            services.AddSingleton<ISystemdNotifier>(notifier);
            services.AddHostedService<SystemdNotification>();
            services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        }
    }
}
