using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Worker.Windows;

[SupportedOSPlatform("windows")]
internal static class WindowsServiceCollectionExtensions
{
    public static void AddWindowsService(this IServiceCollection services, WindowsService service)
    {
        services.AddSingleton(service);
        services.AddSingleton<IHostLifetime, WindowsServiceLifetime>();
    }
}
