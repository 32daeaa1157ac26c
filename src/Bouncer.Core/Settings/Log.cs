using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Settings;

internal static partial class Log
{
    [LoggerMessage(EventIds.NeedsRestart, LogLevel.Warning, "Changed settings are not used before a restart: {Keys}.")]
    internal static partial void NeedsRestart(this ILogger logger, string keys);
}
