using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

internal static partial class Log
{
    [LoggerMessage(EventIds.LapiNotResolved, LogLevel.Warning, "The name of {Host} could not be resolved: until it can, only its previously known addresses are exempt from blocking.")]
    internal static partial void LapiNotResolved(this ILogger logger, string host);

    [LoggerMessage(EventIds.GatewaysNotFound, LogLevel.Warning, "The default gateways could not be determined: add them to Bouncer:TrustedNetworks so that they are never blocked.")]
    internal static partial void GatewaysNotFound(this ILogger logger, Exception exception);

    [LoggerMessage(EventIds.RoutesNotHeard, LogLevel.Warning, "The kernel does not report changes of routes: {Reason}. A new default gateway is noticed within 30 seconds.")]
    internal static partial void RoutesNotHeard(this ILogger logger, string reason);
}
