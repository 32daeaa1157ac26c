using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Windows;

internal static partial class Log
{
    [LoggerMessage(EventIds.WindowsAddressesRefused, LogLevel.Warning, "Windows Firewall rejects {Count} addresses or ranges of rule {Rule}; all others are blocked. They are tried again at the next comparison.")]
    internal static partial void AddressesRefused(this ILogger logger, int count, string rule);

    [LoggerMessage(EventIds.WindowsRuleReadsWrong, LogLevel.Error, "Windows Firewall returns other addresses for rule {Rule} than were written; the rule is disabled or removed until it can be written correctly.")]
    internal static partial void RuleReadsWrong(this ILogger logger, string rule);

    [LoggerMessage(EventIds.WindowsRuleTooWide, LogLevel.Warning, "Rule {Rule} had addresses that no decision covers, possibly all addresses; it is rewritten.")]
    internal static partial void RuleTooWide(this ILogger logger, string rule);

    [LoggerMessage(EventIds.WindowsRuleRemoved, LogLevel.Warning, "Rule {Rule} is in this bouncer's group but was created or changed by another program ({Difference}); it is removed.")]
    internal static partial void RuleRemoved(this ILogger logger, string rule, string difference);

    [LoggerMessage(EventIds.WindowsPartlySwitchedOff, LogLevel.Warning, "Windows Firewall is switched off for some networks of this machine ({Profiles}): nothing is blocked there.")]
    internal static partial void PartlySwitchedOff(this ILogger logger, NetworkProfiles profiles);

    [LoggerMessage(EventIds.WindowsPartlyOverridden, LogLevel.Warning, "Windows Firewall reports that local rules have no effect in some networks of this machine: a group policy disables them, or all inbound traffic is blocked there.")]
    internal static partial void PartlyOverridden(this ILogger logger);

    [LoggerMessage(EventIds.WindowsInboundBlocked, LogLevel.Information, "Windows Firewall blocks all inbound traffic regardless of its rules.")]
    internal static partial void InboundBlocked(this ILogger logger);
}
