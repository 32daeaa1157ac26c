using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

internal static partial class Log
{
    [LoggerMessage(EventIds.LapiNotResolved, LogLevel.Warning, "The name in Bouncer:Lapi:Url could not be resolved: until it can, only the addresses of LAPI that were known before are kept from being blocked.")]
    internal static partial void LapiNotResolved(this ILogger logger);

    [LoggerMessage(EventIds.GatewaysNotFound, LogLevel.Warning, "The default gateways could not be found out: put them into Bouncer:TrustedNetworks so that they are never blocked.")]
    internal static partial void GatewaysNotFound(this ILogger logger, Exception exception);
}
