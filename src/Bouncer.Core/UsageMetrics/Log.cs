using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.UsageMetrics;

internal static partial class Log
{
    [LoggerMessage(EventIds.SendsUsageMetrics, LogLevel.Information, "LAPI at {Lapi} receives usage metrics every {Interval}: counts of requests, packets and decisions, and versions, but no addresses. To send none, set Bouncer:UsageMetrics:Interval to 00:00:00.")]
    internal static partial void SendsUsageMetrics(this ILogger logger, string lapi, TimeSpan interval);

    [LoggerMessage(EventIds.UsageNotTaken, LogLevel.Information, "LAPI takes no usage metrics: CrowdSec does from 1.6.3 on. They are sent in {Pause}, or when LAPI was updated.")]
    internal static partial void UsageNotTaken(this ILogger logger, TimeSpan pause);

    [LoggerMessage(EventIds.UsageRefused, LogLevel.Warning, "The usage metrics of one period are lost, because LAPI does not accept them: {Error}")]
    internal static partial void UsageRefused(this ILogger logger, string error);

    [LoggerMessage(EventIds.UsageFailed, LogLevel.Information, "Usage metrics were not sent: {Error} They are sent again every {Interval}.")]
    internal static partial void UsageFailed(this ILogger logger, string error, TimeSpan interval);

    [LoggerMessage(EventIds.UsageBroke, LogLevel.Error, "Usage metrics failed with an unexpected error.")]
    internal static partial void UsageBroke(this ILogger logger, Exception exception);
}
