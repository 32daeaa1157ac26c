using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Enforcement;

internal static partial class Log
{
    [LoggerMessage(EventIds.FirstApplied, LogLevel.Information, "{Firewall} holds the decisions: {Count} networks are blocked ({Added} added, {Renewed} renewed, {Removed} removed).")]
    internal static partial void FirstApplied(this ILogger logger, string firewall, int count, int added, int renewed, int removed);

    [LoggerMessage(EventIds.Changed, LogLevel.Debug, "{Firewall} was changed: {Added} networks added, {Renewed} renewed, {Removed} removed.")]
    internal static partial void Changed(this ILogger logger, string firewall, int added, int renewed, int removed);

    [LoggerMessage(EventIds.WouldChange, LogLevel.Information, "Dry run: {Firewall} would be changed: {Added} networks added, {Renewed} renewed, {Removed} removed.")]
    internal static partial void WouldChange(this ILogger logger, string firewall, int added, int renewed, int removed);

    [LoggerMessage(EventIds.Failed, LogLevel.Error, "{Firewall} could not be updated: {Error} {Count} networks are known to be in force; next attempt in {Pause}.")]
    internal static partial void Failed(this ILogger logger, Exception? exception, string firewall, string error, int count, TimeSpan pause);

    [LoggerMessage(EventIds.FailedAgain, LogLevel.Debug, "{Firewall} could not be updated again ({Failures} times): {Error} Next attempt in {Pause}.")]
    internal static partial void FailedAgain(this ILogger logger, string firewall, int failures, string error, TimeSpan pause);

    [LoggerMessage(EventIds.Recovered, LogLevel.Information, "{Firewall} is up to date again after {Failures} failed attempts.")]
    internal static partial void Recovered(this ILogger logger, string firewall, int failures);

    [LoggerMessage(EventIds.Tampered, LogLevel.Warning, "{Firewall} no longer has the rules that were written: another program flushed or changed it. It is repaired now.")]
    internal static partial void Tampered(this ILogger logger, string firewall);

    [LoggerMessage(EventIds.TamperedAgain, LogLevel.Debug, "{Firewall} was changed by another program again. It is repaired now.")]
    internal static partial void TamperedAgain(this ILogger logger, string firewall);

    [LoggerMessage(EventIds.NetworksRefused, LogLevel.Warning, "{Firewall} rejects {Count} networks; all others are in force.")]
    internal static partial void NetworksRefused(this ILogger logger, string firewall, int count);

    [LoggerMessage(EventIds.NetworksExempt, LogLevel.Warning, "{Count} networks with decisions are not blocked, because they contain LAPI, the proxy to it, a default gateway or one of Bouncer:TrustedNetworks. List the decisions with: cscli decisions list --contained --range NETWORK")]
    internal static partial void NetworksExempt(this ILogger logger, int count);

    [LoggerMessage(EventIds.Removed, LogLevel.Information, "All rules of this bouncer were removed from {Firewall}.")]
    internal static partial void Removed(this ILogger logger, string firewall);

    [LoggerMessage(EventIds.NotRemoved, LogLevel.Error, "{Firewall} could not be cleared on stopping: {Error}")]
    internal static partial void NotRemoved(this ILogger logger, string firewall, string error);

    [LoggerMessage(EventIds.UnusedType, LogLevel.Warning, "Bouncer:Firewall:Types names '{Type}', and no decision has that type.")]
    internal static partial void UnusedType(this ILogger logger, string type);
}
