using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Bouncer.Firewall.Worker.Systemd;

internal static class SystemdServiceCollectionExtensions
{
    // Does nothing unless systemd started the program. AddSystemd of the hosting package is not used, because it sends READY=1 when
    // the host has started, before anything is blocked.
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
