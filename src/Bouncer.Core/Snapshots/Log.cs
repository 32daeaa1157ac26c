using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Snapshots;

internal static partial class Log
{
    [LoggerMessage(EventIds.SnapshotRefused, LogLevel.Warning, "The snapshot file {Reason}. It is not used, and was renamed to .bad.")]
    internal static partial void SnapshotRefused(this ILogger logger, string reason);

    [LoggerMessage(EventIds.SnapshotUnreadable, LogLevel.Warning, "The snapshot could not be loaded: {Error}")]
    internal static partial void SnapshotUnreadable(this ILogger logger, string error);

    [LoggerMessage(EventIds.SnapshotInUse, LogLevel.Warning, "Another process uses the file that Bouncer:Snapshot:Path names. This one loads and saves no snapshot; give each instance its own file.")]
    internal static partial void SnapshotInUse(this ILogger logger);

    [LoggerMessage(EventIds.SnapshotSaved, LogLevel.Debug, "Snapshot saved: {Count} decisions in {Duration}.")]
    internal static partial void SnapshotSaved(this ILogger logger, int count, TimeSpan duration);

    [LoggerMessage(EventIds.SnapshotNotSaved, LogLevel.Warning, "The snapshot could not be saved: {Error} An earlier one stays; further attempts follow.")]
    internal static partial void SnapshotNotSaved(this ILogger logger, Exception? cause, string error);
}
