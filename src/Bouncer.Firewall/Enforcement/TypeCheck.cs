using Bouncer.Firewall.Blocking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Warns, after the first whole list, about types in the settings that no decision has.</summary>
/// <remarks>Its dependencies read settings, so they are created late: a host creates its hosted services before it validates
/// options.</remarks>
internal sealed class TypeCheck(IServiceProvider services, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await UnusedNames.WaitForListAsync(services.GetRequiredService<IBouncer>(), time, stoppingToken).ConfigureAwait(false))
        {
            return;
        }

        var logger = services.GetRequiredService<ILogger<TypeCheck>>();
        foreach (var type in UnusedNames.Find(services.GetRequiredService<IDecisionStore>(), services.GetRequiredService<ListedTypes>().Named))
        {
            logger.UnusedType(type);
        }
    }
}
