using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

internal static partial class Log
{
    [LoggerMessage(EventIds.UsesNft, LogLevel.Debug, "Writing nftables by {Program}, version {Version}.")]
    internal static partial void UsesNft(this ILogger logger, string program, Version version);

    [LoggerMessage(EventIds.TableCleared, LogLevel.Warning, "The table inet {Table} holds what this bouncer did not write: that is removed.")]
    internal static partial void TableCleared(this ILogger logger, string table);

    [LoggerMessage(EventIds.RefusedByNft, LogLevel.Information, "nft refuses {Count} networks: {Reason}. They are tried again at the next comparison.")]
    internal static partial void RefusedByNft(this ILogger logger, int count, string reason);

    [LoggerMessage(EventIds.RulesWritten, LogLevel.Debug, "The rules of table inet {Table} were written, with {Sets} sets.")]
    internal static partial void RulesWritten(this ILogger logger, string table, int sets);

    [LoggerMessage(EventIds.NotReleased, LogLevel.Warning, "{Count} networks that are to be blocked no more could not be taken out of an older list: {Reason}. They are tried again with the next part, and are gone when the list is whole.")]
    internal static partial void NotReleased(this ILogger logger, int count, string reason);

    [LoggerMessage(EventIds.NotHeard, LogLevel.Warning, "The kernel does not tell who changes the table inet {Table}: {Reason}. A change of rules is then found within 30 seconds, one of single elements at the next comparison.")]
    internal static partial void NotHeard(this ILogger logger, string table, string reason);
}
