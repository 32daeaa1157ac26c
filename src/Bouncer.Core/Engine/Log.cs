using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Engine;

internal static partial class Log
{
    [LoggerMessage(EventIds.LiveQueryFailed, LogLevel.Warning, "LAPI cannot be asked: {Error} Until it answers, clients that it would be asked about are treated as Bouncer:Http:WhenUnavailable says, or by a stronger decision that is known.")]
    internal static partial void LiveQueryFailed(this ILogger logger, string error);

    [LoggerMessage(EventIds.LiveQueryRecovered, LogLevel.Information, "LAPI answers again after {Failures} failed queries in {Length}.")]
    internal static partial void LiveQueryRecovered(this ILogger logger, int failures, TimeSpan length);

    [LoggerMessage(EventIds.LiveOutageLasts, LogLevel.Warning, "LAPI could not be asked for {Length} ({Failures} queries): {Error} Clients that it would be asked about are treated as Bouncer:Http:WhenUnavailable says, or by a stronger decision that is known.")]
    internal static partial void LiveOutageLasts(this ILogger logger, TimeSpan length, int failures, string error);

    [LoggerMessage(EventIds.LiveQueryBroke, LogLevel.Error, "A live query failed with an unexpected error.")]
    internal static partial void LiveQueryBroke(this ILogger logger, Exception exception);
}
