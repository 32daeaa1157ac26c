using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Engine;

internal static partial class Log
{
    [LoggerMessage(EventIds.LiveQueryFailed, LogLevel.Warning, "LAPI cannot be queried: {Error} Until it answers, Bouncer:Http:WhenUnavailable, or a stronger known decision, applies to clients that it would be queried about.")]
    internal static partial void LiveQueryFailed(this ILogger logger, string error);

    [LoggerMessage(EventIds.LiveQueryRecovered, LogLevel.Information, "LAPI answers again after {Failures} failed queries in {Length}.")]
    internal static partial void LiveQueryRecovered(this ILogger logger, int failures, TimeSpan length);

    [LoggerMessage(EventIds.LiveOutageLasts, LogLevel.Warning, "LAPI could not be queried for {Length} ({Failures} queries): {Error} Bouncer:Http:WhenUnavailable, or a stronger known decision, applies to clients that it would be queried about.")]
    internal static partial void LiveOutageLasts(this ILogger logger, TimeSpan length, int failures, string error);

    [LoggerMessage(EventIds.LiveQueriesRefused, LogLevel.Warning, "LAPI was not queried about {Refused} of the last {Queries} clients, because too many queries were waiting (Bouncer:Live:MaxConcurrentQueries). Bouncer:Http:WhenUnavailable, or a stronger known decision, applies to them.")]
    internal static partial void LiveQueriesRefused(this ILogger logger, int refused, int queries);

    [LoggerMessage(EventIds.LiveQueryBroke, LogLevel.Error, "A live query failed with an unexpected error.")]
    internal static partial void LiveQueryBroke(this ILogger logger, Exception exception);
}
