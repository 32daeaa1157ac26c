namespace Bouncer.Firewall.Telemetry;

/// <summary>The numbers of this package's log events; docs/diagnostics.md explains each. From 4000: the service. From 4020:
/// nftables. From 4040: Windows.</summary>
internal static class EventIds
{
    internal const int FirstApplied = 4000;
    internal const int Changed = 4001;
    internal const int WouldChange = 4002;
    internal const int Failed = 4003;
    internal const int FailedAgain = 4004;
    internal const int Recovered = 4005;
    internal const int Tampered = 4006;
    internal const int NetworksRefused = 4007;
    internal const int Removed = 4008;
    internal const int NotRemoved = 4009;
    internal const int LapiNotResolved = 4010;
    internal const int GatewaysNotFound = 4011;
    internal const int UnusedType = 4012;
    internal const int NetworksExempt = 4013;
    internal const int TamperedAgain = 4014;
    internal const int RoutesNotHeard = 4015;

    internal const int UsesNft = 4020;
    internal const int TableCleared = 4021;
    internal const int RefusedByNft = 4022;
    internal const int RulesWritten = 4023;
    internal const int NotHeard = 4024;
    internal const int NotReleased = 4025;

    internal const int WindowsAddressesRefused = 4040;
    internal const int WindowsRuleReadsWrong = 4041;
    internal const int WindowsRuleTooWide = 4042;
    internal const int WindowsRuleRemoved = 4043;
    internal const int WindowsPartlySwitchedOff = 4044;
    internal const int WindowsPartlyOverridden = 4045;
    internal const int WindowsInboundBlocked = 4046;
}
