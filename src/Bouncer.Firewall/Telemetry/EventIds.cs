namespace Bouncer.Firewall.Telemetry;

/// <summary>The numbers of this package's log events; docs/diagnostics.md explains each. From 4000 on the service, from 4020 on
/// nftables, from 4040 on Windows.</summary>
internal static class EventIds
{
    internal const int WindowsAddressesRefused = 4040;
    internal const int WindowsRuleReadsWrong = 4041;
    internal const int WindowsRuleTooWide = 4042;
    internal const int WindowsRuleRemoved = 4043;
}
