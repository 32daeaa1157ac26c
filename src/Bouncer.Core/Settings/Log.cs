using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Settings;

internal static partial class Log
{
    [LoggerMessage(EventIds.NeedsRestart, LogLevel.Warning, "Changed settings that take effect at the next start: {Keys}.")]
    internal static partial void NeedsRestart(this ILogger logger, string keys);

    [LoggerMessage(EventIds.SettingsReloaded, LogLevel.Information, "The changed settings of {Sections} are in force.")]
    internal static partial void SettingsReloaded(this ILogger logger, string sections);

    [LoggerMessage(EventIds.ReloadRefused, LogLevel.Error, "The changed settings of the engine are invalid and not used; the previous ones stay in force: {Errors}")]
    internal static partial void ReloadRefused(this ILogger logger, Exception? exception, string errors);
}
