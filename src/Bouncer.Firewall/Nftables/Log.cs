using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

internal static partial class Log
{
    [LoggerMessage(EventIds.UsesNft, LogLevel.Debug, "nftables is managed with {Program}, version {Version}.")]
    internal static partial void UsesNft(this ILogger logger, string program, Version version);

    [LoggerMessage(EventIds.TableCleared, LogLevel.Warning, "The table inet {Table} has content that this bouncer did not write. It is removed.")]
    internal static partial void TableCleared(this ILogger logger, string table);

    [LoggerMessage(EventIds.RefusedByNft, LogLevel.Information, "nft rejects {Count} networks: {Reason}. They are tried again at the next comparison.")]
    internal static partial void RefusedByNft(this ILogger logger, int count, string reason);

    [LoggerMessage(EventIds.RulesWritten, LogLevel.Debug, "The rules of table inet {Table} were written, with {Sets} sets.")]
    internal static partial void RulesWritten(this ILogger logger, string table, int sets);

    [LoggerMessage(EventIds.NotReleased, LogLevel.Warning, "{Count} networks that are no longer banned could not be removed from an older list: {Reason}. It is tried again with the next part; the older list goes when the new one is complete.")]
    internal static partial void NotReleased(this ILogger logger, int count, string reason);

    [LoggerMessage(EventIds.NotHeard, LogLevel.Warning, "The kernel does not report changes of the table inet {Table}: {Reason}. A change of rules is found within 30 seconds, a change of single elements at the next comparison.")]
    internal static partial void NotHeard(this ILogger logger, string table, string reason);
}
