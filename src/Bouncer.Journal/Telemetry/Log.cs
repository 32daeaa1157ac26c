using Microsoft.Extensions.Logging;

namespace Bouncer.Journal.Telemetry;

internal static partial class Log
{
    [LoggerMessage(EventIds.JournalFailed, LogLevel.Error, "The journal cannot be written: {Error} It is tried again; until then events wait, and those that find no room are dropped.")]
    internal static partial void JournalFailed(this ILogger logger, string error);

    [LoggerMessage(EventIds.JournalRecovered, LogLevel.Information, "The journal is written again after {Failures} failed attempts.")]
    internal static partial void JournalRecovered(this ILogger logger, int failures);

    [LoggerMessage(EventIds.JournalLost, LogLevel.Warning, "{Count} events are not in the journal, because its database did not take them before the stop.")]
    internal static partial void JournalLost(this ILogger logger, int count);

    [LoggerMessage(EventIds.LadderProgress, LogLevel.Information, "The journal's retention goes on: {Entries} entries so far.")]
    internal static partial void LadderProgress(this ILogger logger, long entries);

    [LoggerMessage(EventIds.LadderDone, LogLevel.Information, "The journal's retention is done: {Coarsened} entries are less exact, {Deleted} are deleted.")]
    internal static partial void LadderDone(this ILogger logger, long coarsened, long deleted);

    [LoggerMessage(EventIds.LadderFailed, LogLevel.Error, "The journal's retention failed: {Error} It is tried again within an hour.")]
    internal static partial void LadderFailed(this ILogger logger, string error);
}
