using Bouncer.Firewall.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Windows;

internal static partial class Log
{
    [LoggerMessage(EventIds.WindowsAddressesRefused, LogLevel.Warning, "Windows Firewall refuses {Count} addresses or ranges of rule {Rule}; all others are blocked. They are tried again at the next comparison.")]
    internal static partial void AddressesRefused(this ILogger logger, int count, string rule);

    [LoggerMessage(EventIds.WindowsRuleReadsWrong, LogLevel.Error, "Windows Firewall gives back other addresses of rule {Rule} than were written; the rule is disabled or removed until it can be written right.")]
    internal static partial void RuleReadsWrong(this ILogger logger, string rule);

    [LoggerMessage(EventIds.WindowsRuleTooWide, LogLevel.Warning, "Rule {Rule} held what no decision says, all addresses perhaps; it is written again.")]
    internal static partial void RuleTooWide(this ILogger logger, string rule);

    [LoggerMessage(EventIds.WindowsRuleRemoved, LogLevel.Warning, "Rule {Rule} is in this bouncer's group but was made or changed by somebody else ({Difference}); it is removed.")]
    internal static partial void RuleRemoved(this ILogger logger, string rule, string difference);

    [LoggerMessage(EventIds.WindowsPartlySwitchedOff, LogLevel.Warning, "Windows Firewall is switched off for some of the networks that this machine is in ({Profiles}): nothing is blocked there.")]
    internal static partial void PartlySwitchedOff(this ILogger logger, NetworkProfiles profiles);

    [LoggerMessage(EventIds.WindowsPartlyOverridden, LogLevel.Warning, "Windows Firewall says that in some of the networks that this machine is in its rules have no effect: a group policy does not let them, or all that comes in is blocked there.")]
    internal static partial void PartlyOverridden(this ILogger logger);

    [LoggerMessage(EventIds.WindowsInboundBlocked, LogLevel.Information, "Windows Firewall blocks all that comes in, whatever its rules say: what is banned as well as what is not.")]
    internal static partial void InboundBlocked(this ILogger logger);
}
