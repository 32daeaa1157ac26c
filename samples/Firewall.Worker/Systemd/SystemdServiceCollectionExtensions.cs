using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Worker.Systemd;

internal static class SystemdServiceCollectionExtensions
{
    // Does nothing where systemd did not start the program.
    public static void AddSystemdNotification(this IServiceCollection services)
    {
        if (SystemdNotifier.FromEnvironment() is { } notifier)
        {
            services.AddSingleton(notifier);
            services.AddHostedService<SystemdNotification>();
            services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        }
    }
}
