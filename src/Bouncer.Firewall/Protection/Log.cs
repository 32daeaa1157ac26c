using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

internal static partial class Log
{
    [LoggerMessage(EventIds.LapiNotResolved, LogLevel.Warning, "The name of {Host} could not be resolved: until it can, only its addresses that were known before are kept from being blocked.")]
    internal static partial void LapiNotResolved(this ILogger logger, string host);

    [LoggerMessage(EventIds.GatewaysNotFound, LogLevel.Warning, "The default gateways could not be found out: put them into Bouncer:TrustedNetworks so that they are never blocked.")]
    internal static partial void GatewaysNotFound(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.RoutesNotHeard, LogLevel.Warning, "The kernel does not tell of changed routes: {Reason}. A default gateway that changes is then followed within 30 seconds.")]
    internal static partial void RoutesNotHeard(this ILogger logger, string reason);
}
